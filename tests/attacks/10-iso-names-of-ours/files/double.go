package double

type judgelink struct{}
type solution struct{}

func call()      {}
func hello()     {}
func judgePut0() {}

func Double(n int) int { return 2 * n }

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
