package census

import (
	"maps"
	"slices"
	"strings"
	"unicode"
)

func Count(text string) map[string]int {
	counts := map[string]int{}
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
		counts[word]++
	}
	return counts
}

func Top(text string, n int) []string {
	counts := Count(text)
	words := slices.Collect(maps.Keys(counts))
	slices.SortFunc(words, func(a, b string) int { return counts[b] - counts[a] })
	return words[:min(n, len(words))]
}
