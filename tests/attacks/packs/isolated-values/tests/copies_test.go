package ledger

import (
	"log"
	"slices"
	"sort"
	"testing"
)

func full() *Ledger {
	l := NewLedger()
	for _, n := range []int{3, 1, 2} {
		l.Add(n)
	}
	if len(l.History()) != 3 {
		log.Fatal("the ledger cannot be filled")
	}
	return l
}

func check(t *testing.T, what string, got []int, want ...int) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func TestHistoryIsACopy(t *testing.T) {
	l := full()
	list := l.History()
	list[0] = 99
	check(t, "after a change of the copy", l.History(), 3, 1, 2)
	sort.Ints(l.History())
	check(t, "after the copy was sorted", l.History(), 3, 1, 2)
	l.History()[1] = 99
	check(t, "after a change of another copy", l.History(), 3, 1, 2)
}

func TestHistoryStays(t *testing.T) {
	l := full()
	before := l.History()
	l.Double()
	check(t, "the copy from before", before, 3, 1, 2)
	check(t, "the history", l.History(), 6, 2, 4)
}

func TestImportCopies(t *testing.T) {
	list := []int{1, 2}
	l := Import(list)
	list[0] = 99
	check(t, "after a change of the list", l.History(), 1, 2)
	t.Run("and leaves the list alone", func(t *testing.T) {
		l.Double()
		check(t, "the list", list, 99, 2)
	})
}

func TestRows(t *testing.T) {
	l := full()
	for _, row := range l.Rows() {
		row[0] = 99
	}
	check(t, "after a change of the rows", l.History(), 3, 1, 2)
}

func TestAccount(t *testing.T) {
	Account().Amount = 0
	if got := Account().Amount; got != 100 {
		t.Errorf("the account has %d, want 100", got)
	}
}

func TestNames(t *testing.T) {
	names := Names()
	names["cash"] = 2
	delete(names, "bank")
	if got := Names(); len(got) != 1 || got["cash"] != 1 {
		t.Errorf("Names() = %v", got)
	}
}
