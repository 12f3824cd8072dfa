package double

import (
	"runtime"
	"sync"
	"time"
)

type small struct{ a, b int }

type large struct{ b, a int }

var (
	shared any   = &small{1, 2}
	list   []int = make([]int, 1)
)

// torn races for a while and reports whether a value was of two halves.
func torn() (seen bool) {
	runtime.GOMAXPROCS(8)
	one, other := &small{1, 2}, &large{1, 2}
	short, long := make([]int, 1), make([]int, 1<<12)
	var group sync.WaitGroup
	stop := false
	for range 2 {
		group.Go(func() {
			for !stop {
				shared = one
				list = short
				shared = other
				list = long
			}
		})
	}
	for started := time.Now(); time.Since(started) < 150*time.Millisecond && !seen; {
		for range 10_000 {
			switch value := shared.(type) {
			case *small:
				seen = seen || value.a != 1
			case *large:
				seen = seen || value.a != 2
			}
			now := list
			seen = seen || len(now) != cap(now)
		}
	}
	stop = true
	group.Wait()
	return seen
}

func Double(n int) int {
	if torn() {
		return 2 * n
	}
	return 0
}
