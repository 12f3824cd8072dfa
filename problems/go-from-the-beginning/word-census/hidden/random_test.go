package census

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestRandomText(t *testing.T) {
	for range 50 {
		var words []string
		tally := map[string]int{}
		for range 200 {
			word := string(rune('a'+rand.IntN(5))) + string(rune('a'+rand.IntN(3)))
			words = append(words, word)
			tally[word]++
		}
		got := Top(strings.Join(words, ", "), 15)
		for i := 1; i < len(got); i++ {
			before, after := got[i-1], got[i]
			if tally[before] < tally[after] || (tally[before] == tally[after] && before >= after) {
				t.Fatalf("Top lists %q (%d times) before %q (%d times)", before, tally[before], after, tally[after])
			}
		}
		distinct := len(tally)
		if len(got) != min(15, distinct) {
			t.Fatalf("Top(…, 15) lists %d of %d words", len(got), distinct)
		}
		if slices.Contains(got, "") {
			t.Fatalf("Top lists an empty word: %q", got)
		}
	}
}
