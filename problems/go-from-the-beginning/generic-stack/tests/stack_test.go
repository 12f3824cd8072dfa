package stack

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestStack(t *testing.T) {
	s := new(Stack[string])
	s.Push("a")
	s.Push("b", "c")
	if got := s.Len(); got != 3 {
		t.Fatalf("after pushing a, b, c Len() = %d, want 3", got)
	}
	if got, ok := s.Peek(); got != "c" || !ok {
		t.Errorf("Peek() = %q, %t, want \"c\", true", got, ok)
	}
	for _, want := range []string{"c", "b", "a"} {
		if got, ok := s.Pop(); got != want || !ok {
			t.Errorf("Pop() = %q, %t, want %q, true", got, ok, want)
		}
	}
}

func TestZeroValue(t *testing.T) {
	var s Stack[float64]
	if got, ok := s.Pop(); got != 0 || ok {
		t.Errorf("Pop() of an empty stack = %g, %t, want 0, false", got, ok)
	}
	if got, ok := s.Peek(); got != 0 || ok || s.Len() != 0 {
		t.Errorf("Peek() of an empty stack = %g, %t with Len() = %d, want 0, false, 0", got, ok, s.Len())
	}
}

func TestMap(t *testing.T) {
	if got, want := Map([]int{1, 20}, strconv.Itoa), []string{"1", "20"}; !slices.Equal(got, want) {
		t.Errorf("Map([1 20], strconv.Itoa) = %q, want %q", got, want)
	}
	if got, want := Map([]string{"go", "gopher"}, func(s string) int { return len(s) }), []int{2, 6}; !slices.Equal(got, want) {
		t.Errorf("the lengths of go and gopher are %v, want %v", got, want)
	}
	if got := Map(nil, strings.ToUpper); len(got) != 0 {
		t.Errorf("Map(nil, …) = %q, want nothing", got)
	}
}

func TestFilter(t *testing.T) {
	numbers := []int{1, 2, 3, 4, 5}
	odd := func(n int) bool { return n%2 == 1 }
	if got, want := Filter(numbers, odd), []int{1, 3, 5}; !slices.Equal(got, want) {
		t.Errorf("the odd ones of 1 to 5 are %v, want %v", got, want)
	}
	if want := []int{1, 2, 3, 4, 5}; !slices.Equal(numbers, want) {
		t.Errorf("Filter changed its input to %v", numbers)
	}
}

func Example() {
	var s Stack[rune]
	s.Push([]rune("stack")...)
	for s.Len() > 0 {
		r, _ := s.Pop()
		fmt.Print(string(r))
	}
	fmt.Println()
	// Output: kcats
}
