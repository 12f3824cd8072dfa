package mirror_test

import (
	"mirror-text"
	"testing"
)

func TestReverse(t *testing.T) {
	cases := map[string]string{
		"":      "",
		"a":     "a",
		"abc":   "cba",
		"né":    "én",
		"日本語":   "語本日",
		"go 🐹!": "!🐹 og",
	}
	for s, want := range cases {
		if got := mirror.Reverse(s); got != want {
			t.Errorf("Reverse(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestIsPalindrome(t *testing.T) {
	cases := []struct {
		s    string
		want bool
	}{
		{"", true},
		{"a", true},
		{"Anna", true},
		{"Was it a car, or a cat, I saw?", true},
		{"Был суп, пуслыб", true},
		{"gopher", false},
		{"ab", false},
		{"1 2 3", true},
	}
	for _, c := range cases {
		if got := mirror.IsPalindrome(c.s); got != c.want {
			t.Errorf("IsPalindrome(%q) = %t, want %t", c.s, got, c.want)
		}
	}
}

func FuzzReverseTwice(f *testing.F) {
	f.Add("gopher")
	f.Add("Straße in São Paulo")
	f.Add("👩 und 語")
	f.Fuzz(func(t *testing.T, s string) {
		if got := mirror.Reverse(mirror.Reverse(s)); got != s {
			t.Errorf("reversing %q twice gives %q", s, got)
		}
	})
}
