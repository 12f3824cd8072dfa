package double

import (
	"time"
)

func Double(n int) int {
	go func() {
		time.Sleep(time.Millisecond)
		panic("later")
	}()
	time.Sleep(20 * time.Millisecond)
	return 2 * n
}
