// Building long strings piece by piece
//
// Strings never change, so adding to one copies all of it every time. A strings.Builder
// collects the pieces, and notice that Fprintf can write to it as to any writer.
package main

import (
	"fmt"
	"strings"
)

// bars draws a chart of text.
func bars(labels []string, values []int) string {
	var b strings.Builder
	for i, label := range labels {
		fmt.Fprintf(&b, "%-7s|", label)
		for range values[i] {
			b.WriteRune('█')
		}
		fmt.Fprintf(&b, " %d\n", values[i])
	}
	return b.String()
}

func main() {
	labels := []string{"apples", "pears", "figs"}
	fmt.Print(bars(labels, []int{7, 4, 11}))

	// For joining and repeating there are functions.
	fmt.Println(strings.Join(labels, ", "))
	fmt.Println(strings.Repeat("=-", 10) + "=")

	var b strings.Builder
	for i := range 1000 {
		b.WriteByte('a' + byte(i%26))
	}
	fmt.Println(b.Len(), "bytes, ending in", b.String()[b.Len()-5:])
}
