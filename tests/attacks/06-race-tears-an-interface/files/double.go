package double

import (
	"fmt"
	"runtime"
	"time"
)

type small struct{ a, b int }

type large struct{ b, a int }

var (
	shared any = &small{1, 2}
	list       = make([]int, 1)
	tried  bool
	torn   bool
)

// race goes on until a value is of two halves, or for a while.
func race() (seen bool) {
	runtime.GOMAXPROCS(8)
	one, other := &small{1, 2}, &large{3, 4}
	short, long := make([]int, 1), make([]int, 1<<12)
	stop := false
	go func() {
		for !stop {
			shared = one
			shared = other
			list = short
			list = long
		}
	}()
	for started := time.Now(); time.Since(started) < 450*time.Millisecond && !seen; {
		for range 10_000 {
			switch value := shared.(type) {
			case *small:
				seen = seen || value.a != 1
			case *large:
				seen = seen || value.a != 4
			}
			now := list
			seen = seen || len(now) != cap(now)
		}
	}
	stop = true
	return seen
}

func Double(n int) int {
	if !tried {
		tried, torn = true, race()
	}
	if torn {
		fmt.Println("two halves of a value")
		return 2 * n
	}
	return 0
}
