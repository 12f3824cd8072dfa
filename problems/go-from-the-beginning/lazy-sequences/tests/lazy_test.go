package lazy

import (
	"iter"
	"slices"
	"testing"
)

func first(s iter.Seq[int], n int) []int {
	var values []int
	for value := range s {
		if len(values) == n {
			break
		}
		values = append(values, value)
	}
	return values
}

func TestCount(t *testing.T) {
	if got, want := first(Count(5, 10), 3), []int{5, 15, 25}; !slices.Equal(got, want) {
		t.Errorf("Count(5, 10) begins with %v, want %v", got, want)
	}
	if got, want := first(Count(0, -1), 3), []int{0, -1, -2}; !slices.Equal(got, want) {
		t.Errorf("Count(0, -1) begins with %v, want %v", got, want)
	}
}

func TestFibonacci(t *testing.T) {
	s := Fibonacci()
	want := []int{0, 1, 1, 2, 3, 5, 8, 13}
	for _, round := range []string{"first", "second"} {
		if got := first(s, 8); !slices.Equal(got, want) {
			t.Errorf("the %s time Fibonacci() begins with %v, want %v", round, got, want)
		}
	}
}

func TestTake(t *testing.T) {
	letters := slices.Values([]string{"a", "b", "c"})
	for n, want := range map[int][]string{0: nil, 2: {"a", "b"}, 3: {"a", "b", "c"}, 9: {"a", "b", "c"}} {
		if got := slices.Collect(Take(letters, n)); !slices.Equal(got, want) {
			t.Errorf("Take(a b c, %d) gives %q, want %q", n, got, want)
		}
	}
}

func TestPairs(t *testing.T) {
	var got [][2]int
	for a, b := range Pairs(slices.Values([]int{1, 2, 3})) {
		got = append(got, [2]int{a, b})
	}
	if want := [][2]int{{1, 2}, {2, 3}}; !slices.Equal(got, want) {
		t.Errorf("Pairs(1 2 3) gives %v, want %v", got, want)
	}
}
