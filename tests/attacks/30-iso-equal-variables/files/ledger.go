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

var Small, Middle, Large Kind = 0, 0, 0

func KindOf(n int) Kind { return 0 }

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
