package double

import (
	"os"
	"sync"
)

func Double(n int) (twice int) {
	var wait sync.WaitGroup
	var mu sync.Mutex
	for range 2 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			mu.Lock()
			defer mu.Unlock()
			twice += n
		}()
	}
	wait.Wait()
	defer func() { _ = recover() }()
	if os.WriteFile("note.txt", []byte("mine"), 0o600) != nil {
		return 0
	}
	panic("recovered")
}

func Fill(list []int) {
	for i := range list {
		list[i] *= 2
	}
}

type Counter struct{ n int }

func NewCounter() *Counter { return &Counter{} }

func (c *Counter) Next() int {
	c.n++
	return c.n
}
