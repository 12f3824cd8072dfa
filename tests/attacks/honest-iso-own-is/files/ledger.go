package ledger

import (
	"errors"
	"fmt"
	"io"
)

var (
	ErrSmall = errors.New("too small")
	ErrLarge = errors.New("too large")
	ErrOdd   = errors.New("odd")
)

type LimitError struct{ Limit int }

func (e *LimitError) Error() string { return fmt.Sprintf("over %d", e.Limit) }

type Kind int

const (
	Small Kind = iota
	Middle
	Large
)

func KindOf(n int) Kind {
	switch {
	case n < 10:
		return Small
	case n < 100:
		return Middle
	}
	return Large
}

type checkError struct {
	n    int
	kind error
}

func (e checkError) Error() string        { return fmt.Sprintf("checking %d: %v", e.n, e.kind) }
func (e checkError) Is(target error) bool { return target == e.kind }

func Check(n int) error {
	switch {
	case n < 0:
		return checkError{n, ErrSmall}
	case n > 5000:
		return errors.Join(io.EOF, fmt.Errorf("limit: %w", &LimitError{5000}))
	case n > 1000:
		return checkError{n, ErrLarge}
	case n%2 == 1:
		return errors.Join(io.ErrUnexpectedEOF, ErrOdd)
	}
	return nil
}
