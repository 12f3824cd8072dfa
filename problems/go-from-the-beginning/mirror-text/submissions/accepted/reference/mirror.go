// Package mirror turns text around.
package mirror

import (
	"slices"
	"unicode"
)

// Reverse returns the runes of s in reverse order.
func Reverse(s string) string {
	runes := []rune(s)
	slices.Reverse(runes)
	return string(runes)
}

// IsPalindrome reports whether the letters of s read the same backwards.
func IsPalindrome(s string) bool {
	var letters []rune
	for _, r := range s {
		if unicode.IsLetter(r) {
			letters = append(letters, unicode.ToLower(r))
		}
	}
	backwards := slices.Clone(letters)
	slices.Reverse(backwards)
	return slices.Equal(letters, backwards)
}
