// Ranging over a function
//
// An iterator is a function that calls yield with each value and stops when yield says
// false. Notice that the endless one ends as soon as the loop breaks.
package main

import (
	"fmt"
	"iter"
	"maps"
	"slices"
)

// fibonacci goes on as long as somebody asks.
func fibonacci() iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Println("(fibonacci stops)")
		for a, b := 0, 1; yield(a); a, b = b, a+b {
		}
	}
}

// filter passes on the values that keep holds for.
func filter[T any](values iter.Seq[T], keep func(T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		for value := range values {
			if keep(value) && !yield(value) {
				return
			}
		}
	}
}

// below passes on the values until one reaches the limit.
func below(limit int, values iter.Seq[int]) iter.Seq[int] {
	return func(yield func(int) bool) {
		for value := range values {
			if value >= limit || !yield(value) {
				return
			}
		}
	}
}

func main() {
	for number := range fibonacci() {
		if number > 20 {
			break
		}
		fmt.Print(number, " ")
	}

	even := func(n int) bool { return n%2 == 0 }
	fmt.Println(slices.Collect(below(200, filter(fibonacci(), even))))

	ages := map[string]int{"Ada": 36, "Ben": 9, "Zoe": 41}
	fmt.Println(slices.Sorted(maps.Values(ages)))
}
