package leap

import "testing"

var years = []struct {
	name string
	year int
	want bool
}{
	{"not divisible by 4", 2015, false},
	{"divisible by 2, not by 4", 1970, false},
	{"divisible by 4, not by 100", 1996, true},
	{"divisible by 4 and 5", 1960, true},
	{"divisible by 100, not by 400", 2100, false},
	{"divisible by 100, not by 3", 1900, false},
	{"divisible by 400", 2000, true},
	{"divisible by 400, not by 125", 2400, true},
	{"divisible by 200, not by 400", 1800, false},
}

func TestIsLeapYear(t *testing.T) {
	for _, c := range years {
		t.Run(c.name, func(t *testing.T) {
			if got := IsLeapYear(c.year); got != c.want {
				t.Errorf("IsLeapYear(%d) = %t, want %t", c.year, got, c.want)
			}
		})
	}
}
