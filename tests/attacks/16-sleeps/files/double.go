package double

import (
	"time"
)

func Double(n int) int {
	time.Sleep(time.Hour)
	return 0
}
