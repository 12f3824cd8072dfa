// Package census counts words.
package census

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// Count tells how often each word of text occurs, in lower case.
func Count(text string) map[string]int {
	counts := map[string]int{}
	for _, word := range strings.FieldsFunc(strings.ToLower(text), separates) {
		counts[word]++
	}
	return counts
}

// Top returns the n most frequent words, by the alphabet among equals.
func Top(text string, n int) []string {
	counts := Count(text)
	words := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	return words[:min(n, len(words))]
}

func separates(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r)
}
