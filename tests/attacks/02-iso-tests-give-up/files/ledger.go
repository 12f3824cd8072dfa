package ledger

import (
	"errors"
	"fmt"
	"maps"
	"slices"
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

// A Ledger keeps what was added to it.
type Ledger struct{ entries []int }

func NewLedger() *Ledger { return &Ledger{} }

// Import makes a ledger of a list.
func Import(list []int) *Ledger { return &Ledger{slices.Clone(list)} }

func (l *Ledger) Add(n int) {}

// Double doubles all entries.
func (l *Ledger) Double() {
	for i := range l.entries {
		l.entries[i] *= 2
	}
}

// History returns a copy of the entries.
func (l *Ledger) History() []int { return slices.Clone(l.entries) }

// Rows returns a copy of the entries, one in each row.
func (l *Ledger) Rows() [][]int {
	var rows [][]int
	for _, n := range l.entries {
		rows = append(rows, []int{n})
	}
	return rows
}

type Entry struct{ Amount int }

var (
	account = Entry{100}
	names   = map[string]int{"cash": 1}
)

// Account returns a copy of the account.
func Account() *Entry { e := account; return &e }

// Names returns a copy of the names.
func Names() map[string]int { return maps.Clone(names) }
