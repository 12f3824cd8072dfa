package double

import (
	"testing"
)

var cases = []struct{ in, want int }{{0, 0}, {1, 2}, {-7, -14}}

func TestDouble(t *testing.T) {
	for _, c := range cases {
		if got := Double(c.in); got != c.want {
			t.Errorf("Double(%d) = %d, want %d", c.in, got, c.want)
		}
	}
	if len(cases) != 3 {
		t.Errorf("there are %d cases, want 3", len(cases))
	}
}

func TestMore(t *testing.T) {
	t.Run("large", func(t *testing.T) {
		if got := Double(1 << 20); got != 2<<20 {
			t.Errorf("Double(1<<20) = %d, want %d", got, 2<<20)
		}
	})
}

func TestFill(t *testing.T) {
	list := []int{1, 2}
	if Fill(list); list[0] != 2 || list[1] != 4 {
		t.Errorf("Fill made %v, want [2 4]", list)
	}
}

func TestCounter(t *testing.T) {
	c := NewCounter()
	if one, two := c.Next(), c.Next(); one != 1 || two != 2 {
		t.Errorf("Next returned %d and %d, want 1 and 2", one, two)
	}
}
