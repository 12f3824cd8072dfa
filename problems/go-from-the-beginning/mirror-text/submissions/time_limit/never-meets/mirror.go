package mirror

func Reverse(s string) string {
	runes := []rune(s)
	for i, j := 0, len(runes)-1; i != j && len(runes) > 0; {
		runes[i], runes[j] = runes[j], runes[i]
	}
	return string(runes)
}

func IsPalindrome(s string) bool {
	return s == Reverse(s)
}
