package double

import (
	"sync"
	"sync/atomic"
)

func Double(n int) int {
	var (
		group  sync.WaitGroup
		lock   sync.Mutex
		sum    int
		atomic atomic.Int64
	)
	for range 8 {
		group.Go(func() {
			for range 1000 {
				lock.Lock()
				sum++
				lock.Unlock()
				atomic.Add(1)
			}
		})
	}
	group.Wait()
	return 2*n + sum - int(atomic.Load())
}
