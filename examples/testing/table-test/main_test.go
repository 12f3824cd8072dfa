package main

import "testing"

func TestInitials(t *testing.T) {
	tests := []struct {
		name string
		in   string
		want string
	}{
		{"two words", "Ada Lovelace", "AL"},
		{"one word", "Gopher", "G"},
		{"small letters", "grace brewster hopper", "GBH"},
		{"more than ASCII", "émilie du châtelet", "ÉDC"},
		{"white space around", "  Alan \t Turing ", "AT"},
		{"nothing", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Initials(test.in); got != test.want {
				t.Errorf("Initials(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}
