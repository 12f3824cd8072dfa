package shapes

import (
	"math/rand/v2"
	"testing"
)

type blob struct {
	size float64
	id   int
}

func (b *blob) Area() float64 { return b.size }

func TestForeignShapes(t *testing.T) {
	for range 100 {
		var many []Shape
		sum, best := 0.0, (*blob)(nil)
		for id := range 1 + rand.IntN(20) {
			b := &blob{float64(rand.IntN(10)) / 4, id}
			many = append(many, b)
			sum += b.size
			if best == nil || b.size > best.size {
				best = b
			}
		}
		if got := TotalArea(many...); !near(got, sum) {
			t.Fatalf("TotalArea of %d blobs = %g, want %g", len(many), got, sum)
		}
		if got := Largest(many); got != Shape(best) {
			t.Fatalf("Largest of %d blobs is not the first with the largest area, %g", len(many), best.size)
		}
	}
}
