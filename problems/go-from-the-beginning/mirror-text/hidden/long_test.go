package mirror_test

import (
	"math/rand/v2"
	"mirror-text"
	"testing"
)

func TestLongPalindromes(t *testing.T) {
	letters := []rune("aäbßcжd語")
	for range 200 {
		half := make([]rune, 1+rand.IntN(50))
		for i := range half {
			half[i] = letters[rand.IntN(len(letters))]
		}
		text := string(half) + ", " + mirror.Reverse(string(half))
		if !mirror.IsPalindrome(text) {
			t.Fatalf("IsPalindrome(%q) = false, want true", text)
		}
		if broken := "x" + text; mirror.IsPalindrome(broken) {
			t.Fatalf("IsPalindrome(%q) = true, want false", broken)
		}
	}
}
