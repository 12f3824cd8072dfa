package double

import (
	"sync"
	"sync/atomic"
)

func Double(n int) int {
	var wait sync.WaitGroup
	var sum atomic.Int64
	for range 1000 {
		wait.Go(func() { sum.Add(int64(n)) })
	}
	wait.Wait()
	return int(sum.Load()) / 500
}
