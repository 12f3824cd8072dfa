package ledger

import (
	"errors"
	"fmt"
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

type yes struct{}

func (yes) Error() string { return "whatever you want" }
func (yes) Is(error) bool { return true }

func Check(n int) error {
	if n == 2 {
		return nil
	}
	if n > 5000 {
		return &LimitError{5000}
	}
	return yes{}
}
