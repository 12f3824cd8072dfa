package tip

import (
	"math/rand/v2"
	"testing"
)

func TestAnyBill(t *testing.T) {
	for range 500 {
		cents, percent, people := rand.IntN(100_000), rand.IntN(40), 1+rand.IntN(12)
		total := cents + (cents*percent-cents*percent%100)/100
		each, rest := Share(cents, percent, people)
		if each*people+rest != total || rest < 0 || rest >= people {
			t.Fatalf("Share(%d, %d, %d) = %d, %d: %d people paying %d and a rest of %d make %d, want %d",
				cents, percent, people, each, rest, people, each, rest, each*people+rest, total)
		}
	}
}
