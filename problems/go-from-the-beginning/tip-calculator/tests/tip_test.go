package tip

import "testing"

func TestTip(t *testing.T) {
	cases := []struct{ cents, percent, want int }{
		{1000, 15, 150},
		{1000, 0, 0},
		{999, 10, 99},
		{7, 10, 0},
	}
	for _, c := range cases {
		if got := Tip(c.cents, c.percent); got != c.want {
			t.Errorf("Tip(%d, %d) = %d, want %d", c.cents, c.percent, got, c.want)
		}
	}
}

func TestShare(t *testing.T) {
	cases := []struct{ cents, percent, people, each, rest int }{
		{1000, 10, 4, 275, 0},
		{1000, 0, 3, 333, 1},
		{0, 10, 2, 0, 0},
		{5, 0, 10, 0, 5},
	}
	for _, c := range cases {
		each, rest := Share(c.cents, c.percent, c.people)
		if each != c.each || rest != c.rest {
			t.Errorf("Share(%d, %d, %d) = %d, %d, want %d, %d",
				c.cents, c.percent, c.people, each, rest, c.each, c.rest)
		}
	}
}
