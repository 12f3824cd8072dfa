package many

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

func TestNeverMore(t *testing.T) {
	for _, workers := range []int{1, 3, 7} {
		var now, most atomic.Int32
		MapAll(make([]int, 60), workers, func(int) int {
			running := now.Add(1)
			for {
				seen := most.Load()
				if running <= seen || most.CompareAndSwap(seen, running) {
					break
				}
			}
			time.Sleep(200 * time.Microsecond)
			now.Add(-1)
			return 0
		})
		if got := int(most.Load()); got > workers {
			t.Errorf("with %d workers %d calls ran at once", workers, got)
		}
	}
}

func TestNothingLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		MapAll(make([]int, 10), 5, func(int) int { return 1 })
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("%d goroutines are still there after all calls returned", runtime.NumGoroutine()-before)
}
