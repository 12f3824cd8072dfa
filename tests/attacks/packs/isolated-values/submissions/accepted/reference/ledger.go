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

func Check(n int) error {
	switch {
	case n < 0:
		return fmt.Errorf("checking %d: %w", n, ErrSmall)
	case n > 5000:
		return fmt.Errorf("checking %d: %w", n, &LimitError{5000})
	case n > 1000:
		return ErrLarge
	case n%2 == 1:
		return ErrOdd
	}
	return nil
}
