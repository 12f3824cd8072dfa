// Sorting by one thing, then by another
//
// SortFunc takes a function that compares two elements, and cmp.Or passes on to the next
// comparison where the last one found no difference. Try swapping the two comparisons.
package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

type player struct {
	name  string
	score int
}

func main() {
	numbers := []int{5, 2, 8, 1}
	slices.Sort(numbers)
	fmt.Println(numbers)

	at, found := slices.BinarySearch(numbers, 5)
	fmt.Println("5 is at", at, found)
	at, found = slices.BinarySearch(numbers, 6)
	fmt.Println("6 would go to", at, found)

	players := []player{{"Mia", 70}, {"Ada", 90}, {"Leo", 70}, {"Ben", 90}, {"Zoe", 85}}
	slices.SortFunc(players, func(a, b player) int {
		return cmp.Or(
			cmp.Compare(b.score, a.score), // highest first
			strings.Compare(a.name, b.name),
		)
	})
	for _, p := range players {
		fmt.Println(p.score, p.name)
	}

	// A stable sort leaves the order of equals as it was.
	words := strings.Fields("pear fig plum apple kiwi date")
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	fmt.Println(words)
}
