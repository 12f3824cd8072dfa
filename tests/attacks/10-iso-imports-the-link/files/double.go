package double

import "internal/judgelink"

func Double(n int) int {
	judgelink.Call(0)
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
