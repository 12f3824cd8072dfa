package work

// order notes how two streams follow each other: bytes of the first, of the second, of the
// first again, ... Its writers are called one at a time.
type order struct{ lengths []int }

// of is a writer for what is written to a stream, 0 or 1.
func (o *order) of(stream int) *noted { return &noted{o, stream} }

type noted struct {
	order  *order
	stream int
}

func (n *noted) Write(p []byte) (int, error) {
	o := n.order
	for len(o.lengths) == 0 || (len(o.lengths)-1)%2 != n.stream {
		o.lengths = append(o.lengths, 0)
	}
	o.lengths[len(o.lengths)-1] += len(p)
	return len(p), nil
}
