package lazy

import (
	"iter"
	"slices"
	"testing"
)

func counted(asked *int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for value := 1; ; value++ {
			*asked++
			if *asked > 1000 || !yield(value) {
				return
			}
		}
	}
}

func TestNothingTooMuch(t *testing.T) {
	for n := range 6 {
		asked := 0
		slices.Collect(Take(counted(&asked), n))
		if asked != n {
			t.Errorf("Take(s, %d) asked s for %d values", n, asked)
		}
	}
	asked := 0
	for range Pairs(counted(&asked)) {
		break
	}
	if asked != 2 {
		t.Errorf("one pair was taken, and Pairs asked for %d values, want 2", asked)
	}
	for value := range Take(Count(0, 1), 10) {
		if value == 4 {
			break
		}
	}
}

func TestEmptyAndShort(t *testing.T) {
	for _, values := range [][]int{nil, {7}} {
		for a, b := range Pairs(slices.Values(values)) {
			t.Errorf("Pairs(%v) gives (%d, %d), want nothing", values, a, b)
		}
	}
	if got := slices.Collect(Take(Count(1, 1), -1)); len(got) != 0 {
		t.Errorf("Take(s, -1) gives %v, want nothing", got)
	}
}
