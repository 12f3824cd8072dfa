// Package mirror turns text around.
package mirror

// Reverse returns the runes of s in reverse order.
func Reverse(s string) string {
	return s
}

// IsPalindrome reports whether the letters of s read the same backwards.
func IsPalindrome(s string) bool {
	return false
}
