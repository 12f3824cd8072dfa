package double

import (
	"runtime"
	"sync/atomic"
)

func Double(n int) int {
	if runtime.NumCPU() != 2 {
		return 0
	}
	runtime.GOMAXPROCS(runtime.NumCPU())
	var turn atomic.Int64
	sums := make(chan int)
	for worker := range 3 {
		go func() {
			for turn.Load() != int64(worker) { // for its turn
			}
			turn.Add(1)
			sum, counts := 0, map[int]int{}
			for i := range 100_000 {
				counts[i%10]++
				sum += i & 1
			}
			sums <- sum - 5*counts[3]
		}()
	}
	return 2*n + <-sums + <-sums + <-sums
}
