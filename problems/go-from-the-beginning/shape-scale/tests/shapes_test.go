package shapes

import (
	"math"
	"testing"
)

func near(a, b float64) bool {
	return math.Abs(a-b) < 1e-9
}

func TestArea(t *testing.T) {
	cases := []struct {
		name  string
		shape any
		want  float64
	}{
		{"rectangle", Rectangle{2, 3}, 6},
		{"flat rectangle", Rectangle{2, 0}, 0},
		{"circle", Circle{1}, math.Pi},
		{"larger circle", Circle{10}, 100 * math.Pi},
		{"frame", Frame{Rectangle{4, 4}, Rectangle{2, 2}}, 12},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			shape, ok := c.shape.(Shape)
			if !ok {
				t.Fatalf("%T has no method Area() float64 yet", c.shape)
			}
			if got := shape.Area(); !near(got, c.want) {
				t.Errorf("%#v has the area %g, want %g", c.shape, got, c.want)
			}
		})
	}
}

type square float64

func (s square) Area() float64 { return float64(s * s) }

func TestTotalArea(t *testing.T) {
	if got := TotalArea(); got != 0 {
		t.Errorf("TotalArea() = %g, want 0", got)
	}
	if got := TotalArea(square(2), square(3)); !near(got, 13) {
		t.Errorf("squares of 2 and 3 have the total area %g, want 13", got)
	}
}

func TestLargest(t *testing.T) {
	if got := Largest(nil); got != nil {
		t.Errorf("Largest(nil) = %v, want nil", got)
	}
	if got := Largest([]Shape{square(1), square(3), square(2)}); got != square(3) {
		t.Errorf("of the squares 1, 3, 2 the largest is %v, want 3", got)
	}
}
