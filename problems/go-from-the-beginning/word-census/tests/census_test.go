package census

import (
	"maps"
	"slices"
	"testing"
)

func TestCount(t *testing.T) {
	cases := []struct {
		text string
		want map[string]int
	}{
		{"tea", map[string]int{"tea": 1}},
		{"Tea, tea & milk", map[string]int{"tea": 2, "milk": 1}},
		{"one-two one", map[string]int{"one": 2, "two": 1}},
		{"Äpfel äpfel 2 22", map[string]int{"äpfel": 2, "2": 1, "22": 1}},
		{"", map[string]int{}},
		{" ... ", map[string]int{}},
	}
	for _, c := range cases {
		if got := Count(c.text); !maps.Equal(got, c.want) {
			t.Errorf("Count(%q) = %v, want %v", c.text, got, c.want)
		}
	}
}

func TestTop(t *testing.T) {
	cases := []struct {
		text string
		n    int
		want []string
	}{
		{"b a b c a b", 2, []string{"b", "a"}},
		{"d c b a", 3, []string{"a", "b", "c"}},
		{"one", 5, []string{"one"}},
		{"one", 0, nil},
		{"", 3, nil},
	}
	for _, c := range cases {
		for range 10 { // a map's order changes from run to run
			if got := Top(c.text, c.n); !slices.Equal(got, c.want) {
				t.Fatalf("Top(%q, %d) = %q, want %q", c.text, c.n, got, c.want)
			}
		}
	}
}
