// Slices are windows on an array
//
// Cutting a slice copies nothing: both see the same elements. Notice which line changes
// what two variables show, and that a clone has elements of its own.
package main

import (
	"fmt"
	"slices"
)

func main() {
	days := []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}
	work, weekend := days[:5], days[5:]
	fmt.Println(len(work), work)
	fmt.Println(len(weekend), weekend)

	// The window and the whole share their elements.
	weekend[0] = "SAT"
	fmt.Println(days)

	own := slices.Clone(weekend)
	own[1] = "SUN"
	fmt.Println(own, weekend)

	// Functions of the package slices do the everyday work.
	fmt.Println(slices.Contains(days, "Wed"), slices.Index(days, "Fri"))

	numbers := []int{1, 2, 3, 4, 5, 6}
	odd := slices.DeleteFunc(slices.Clone(numbers), func(n int) bool { return n%2 == 0 })
	fmt.Println(odd, slices.Max(odd), slices.Equal(odd, []int{1, 3, 5}))

	for part := range slices.Chunk(numbers, 4) {
		fmt.Println("part", part)
	}

	var none []int // nil, and good for everything that an empty slice is
	fmt.Println(none == nil, len(none), append(none, 1))
}
