package ticket

import "testing"

func TestPrice(t *testing.T) {
	cases := []struct {
		name      string
		age       int
		groupSize int
		evening   bool
		want      int
	}{
		{"age 0", 0, 1, false, 0},
		{"age 5", 5, 1, false, 0},
		{"age 6", 6, 1, false, 450},
		{"age 14", 14, 1, false, 450},
		{"age 15", 15, 1, false, 900},
		{"age 64", 64, 1, false, 900},
		{"age 65", 65, 1, false, 600},
		{"group of 9", 30, 9, false, 900},
		{"group of 10", 30, 10, false, 700},
		{"group of children", 10, 25, false, 450},
		{"evening", 30, 1, true, 450},
		{"evening for a child", 8, 1, true, 225},
		{"evening for a group", 40, 12, true, 350},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Price(c.age, c.groupSize, c.evening); got != c.want {
				t.Errorf("Price(%d, %d, %t) = %d, want %d", c.age, c.groupSize, c.evening, got, c.want)
			}
		})
	}
}
