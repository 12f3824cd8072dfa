package double

import (
	"sync"
	"time"
)

var once sync.Once

func Double(n int) int {
	once.Do(func() {
		for start := time.Now(); time.Since(start) < 500*time.Millisecond; {
		}
	})
	return 2 * n
}
