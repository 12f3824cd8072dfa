package double

// Double returns twice n.
func Double(n int) int {
	return 2 * n
}

// Fill doubles every number of list in its place.
func Fill(list []int) {
	for i := range list {
		list[i] *= 2
	}
}

// A Counter counts.
type Counter struct {
	n int
}

// NewCounter returns a counter at 0.
func NewCounter() *Counter {
	return &Counter{}
}

// Next returns the next number, from 1.
func (c *Counter) Next() int {
	c.n++
	return c.n
}
