package mirror

import "strings"

func Reverse(s string) string {
	b := []byte(s)
	for i, j := 0, len(b)-1; i < j; i, j = i+1, j-1 {
		b[i], b[j] = b[j], b[i]
	}
	return string(b)
}

func IsPalindrome(s string) bool {
	s = strings.ToLower(s)
	return s == Reverse(s)
}
