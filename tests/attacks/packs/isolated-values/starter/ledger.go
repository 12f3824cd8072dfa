package ledger

import "errors"

var (
	ErrSmall = errors.New("too small")
	ErrLarge = errors.New("too large")
	ErrOdd   = errors.New("odd")
)

type LimitError struct{ Limit int }

func (e *LimitError) Error() string { return "over the limit" }

type Kind int

const (
	Small Kind = iota
	Middle
	Large
)

func KindOf(n int) Kind { return Small }

func Check(n int) error { return nil }
