package double

import "time"

func Double(n int) int {
	time.Sleep(time.Hour)
	return 2 * n
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
