package work

import (
	"errors"
	"io"
	"sync"
)

// maxWaiting is how much input may wait to be read by an interactive program.
const maxWaiting = 8 << 20

// ErrFull is the error of input that nobody reads.
var ErrFull = errors.New("too much input waits to be read")

// Input is a queue of bytes: written without waiting, since the one who writes also
// has to hear of signals, and read by the program.
type Input struct {
	mu     sync.Mutex
	some   sync.Cond
	bytes  []byte
	closed bool
}

// NewInput returns an empty Input.
func NewInput() *Input {
	q := &Input{}
	q.some.L = &q.mu
	return q
}

// Write adds p. It returns ErrFull, and takes nothing, where too much is waiting;
// after Close it drops p.
func (q *Input) Write(p []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return len(p), nil
	}
	if len(q.bytes)+len(p) > maxWaiting {
		return 0, ErrFull
	}
	q.bytes = append(q.bytes, p...)
	q.some.Broadcast()
	return len(p), nil
}

// Close ends the input: what was written can still be read.
func (q *Input) Close() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.some.Broadcast()
	return nil
}

// Read waits until there is something to read.
func (q *Input) Read(p []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.bytes) == 0 {
		if q.closed {
			return 0, io.EOF
		}
		q.some.Wait()
	}
	n := copy(p, q.bytes)
	q.bytes = q.bytes[n:]
	return n, nil
}
