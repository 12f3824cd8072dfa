package double

import (
	"os"
	"strconv"
)

func Double(n int) int {
	if err := os.WriteFile("n.txt", []byte(strconv.Itoa(n)), 0o600); err != nil {
		panic(err)
	}
	text, _ := os.ReadFile("n.txt")
	k, _ := strconv.Atoi(string(text))
	return 2 * k
}
