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

func (yes) As(target any) bool {
	if e, ok := target.(**LimitError); ok {
		*e = &LimitError{5000}
	}
	return true
}

func Check(n int) error {
	switch {
	case n < 0:
		return ErrSmall
	case n > 5000:
		return yes{}
	case n > 1000:
		return ErrLarge
	case n%2 == 1:
		return ErrOdd
	}
	return nil
}
