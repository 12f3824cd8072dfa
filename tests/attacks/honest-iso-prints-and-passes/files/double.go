package double

import "fmt"

func Double(n int) int {
	fmt.Println("FAIL")
	fmt.Println("PASS")
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
