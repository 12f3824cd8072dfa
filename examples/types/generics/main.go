// Generic functions for many types
//
// A constraint says which types a function takes, and the compiler finds out which one is
// meant. The ~ lets in types like Euro, whose underlying type is in the list.
package main

import (
	"cmp"
	"fmt"
)

// Number is every type that adds up.
type Number interface {
	~int | ~int64 | ~float64
}

// Sum adds numbers of one type.
func Sum[T Number](numbers ...T) T {
	var total T
	for _, number := range numbers {
		total += number
	}
	return total
}

// Map makes a slice of what f makes of each element.
func Map[A, B any](from []A, f func(A) B) []B {
	to := make([]B, len(from))
	for i, element := range from {
		to[i] = f(element)
	}
	return to
}

// A Pair holds two values that can be ordered.
type Pair[T cmp.Ordered] struct{ Low, High T }

// NewPair puts a and b in order.
func NewPair[T cmp.Ordered](a, b T) Pair[T] { return Pair[T]{min(a, b), max(a, b)} }

// Euro is an amount of money.
type Euro float64

// String returns the amount with its sign.
func (e Euro) String() string { return fmt.Sprintf("€%.2f", float64(e)) }

func main() {
	fmt.Println(Sum(1, 2, 3))
	fmt.Println(Sum(0.5, 0.25))
	fmt.Println(Sum(Euro(12.5), Euro(7.5))) // still a Euro

	lengths := Map([]string{"go", "gopher", "goroutine"}, func(s string) int { return len(s) })
	fmt.Println(lengths, Sum(lengths...))

	fmt.Println(NewPair(9, 4), NewPair("pear", "apple"))
}
