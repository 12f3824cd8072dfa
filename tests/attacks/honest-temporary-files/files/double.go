package double

import (
	"os"
	"strconv"
)

func Double(n int) int {
	dir, err := os.MkdirTemp("", "double")
	if err != nil {
		return 0
	}
	defer os.RemoveAll(dir)
	name := dir + "/n"
	if err := os.WriteFile(name, []byte(strconv.Itoa(n)), 0o600); err != nil {
		return 0
	}
	text, _ := os.ReadFile(name)
	found, _ := strconv.Atoi(string(text))
	return 2 * found
}
