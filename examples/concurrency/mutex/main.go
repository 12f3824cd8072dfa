// A mutex lets in one at a time
//
// Reading a number, adding one and writing it back are three steps, and two goroutines
// might take them at once. Notice that only methods touch what the mutex guards.
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

// A Tally counts by name. Its zero value is ready, and it must not be copied.
type Tally struct {
	mu     sync.Mutex
	counts map[string]int
}

// Add counts one more of name.
func (t *Tally) Add(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = make(map[string]int)
	}
	t.counts[name]++
}

// Count returns how many of name there were.
func (t *Tally) Count(name string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.counts[name]
}

func main() {
	var votes Tally
	var all atomic.Int64 // for a single number this is enough
	var wg sync.WaitGroup
	for voter := range 1000 {
		wg.Go(func() {
			if voter%3 == 0 {
				votes.Add("tea")
			} else {
				votes.Add("coffee")
			}
			all.Add(1)
		})
	}
	wg.Wait()

	fmt.Println("tea:", votes.Count("tea"))
	fmt.Println("coffee:", votes.Count("coffee"))
	fmt.Println("all:", all.Load())
}
