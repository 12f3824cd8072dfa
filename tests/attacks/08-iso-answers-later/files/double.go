package double

import "time"

func Double(n int) int { return 2 * n }

func Fill(list []int) {
	go func() {
		for range 100 {
			for i := range list {
				list[i] = 2 * (i + 1)
			}
			time.Sleep(time.Millisecond)
		}
	}()
	time.Sleep(0)
	for i := range list {
		list[i] = -1
	}
}

type Counter struct{ n int }

func NewCounter() *Counter { return &Counter{} }

func (c *Counter) Next() int {
	c.n++
	return c.n
}
