package rain

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestYear(t *testing.T) {
	for range 30 {
		mm := make([]int, 365)
		for i := range mm {
			mm[i] = rand.IntN(40)
		}
		window := 1 + rand.IntN(30)
		got := Averages(mm, window)
		if len(got) != 366-window {
			t.Fatalf("365 days in windows of %d: %d averages, want %d", window, len(got), 366-window)
		}
		start := rand.IntN(len(got))
		sum := 0.0
		for _, day := range mm[start : start+window] {
			sum += float64(day)
		}
		if want := sum / float64(window); math.Abs(got[start]-want) > 1e-9 {
			t.Fatalf("average %d of windows of %d = %g, want %g", start, window, got[start], want)
		}
	}
}
