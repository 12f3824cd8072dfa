// Maps find values by keys
//
// A missing key gives the zero value, which makes counting easy; the second result tells
// missing from zero. Notice that keys must be sorted where order matters.
package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

type point struct{ x, y int }

func main() {
	text := "the cat and the dog and the bird"
	counts := make(map[string]int)
	for word := range strings.FieldsSeq(text) {
		counts[word]++
	}

	// Ranging over the map itself would give another order at every run.
	for _, word := range slices.Sorted(maps.Keys(counts)) {
		fmt.Println(word, counts[word])
	}

	stock := map[string]int{"apples": 3, "pears": 0}
	for _, fruit := range []string{"apples", "pears", "plums"} {
		amount, known := stock[fruit]
		fmt.Println(fruit, amount, known)
	}

	delete(stock, "pears")
	delete(stock, "never there") // does no harm
	fmt.Println(len(stock), stock)

	// Whatever can be compared with == can be a key.
	visited := map[point]bool{{0, 0}: true, {1, 2}: true}
	fmt.Println(visited[point{1, 2}], visited[point{2, 1}])
}
