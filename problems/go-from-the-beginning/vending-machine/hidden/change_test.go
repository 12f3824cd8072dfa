package machine

import (
	"slices"
	"testing"
)

// The fewest coins for each amount, found by trying all last coins.
func fewestCoins(most int) []int {
	fewest := make([]int, most+1)
	for cents := 5; cents <= most; cents += 5 {
		fewest[cents] = most
		for _, coin := range []int{5, 10, 20, 50, 100, 200} {
			if coin <= cents {
				fewest[cents] = min(fewest[cents], fewest[cents-coin]+1)
			}
		}
	}
	return fewest
}

func TestEveryChange(t *testing.T) {
	fewest := fewestCoins(2000)
	for cents := 0; cents <= 2000; cents += 5 {
		coins := Change(cents)
		sum := 0
		for _, coin := range coins {
			sum += coin
		}
		if sum != cents || len(coins) != fewest[cents] {
			t.Fatalf("Change(%d) = %v: %d coins that make %d, want %d coins", cents, coins, len(coins), sum, fewest[cents])
		}
		if !slices.IsSortedFunc(coins, func(a, b int) int { return b - a }) {
			t.Fatalf("Change(%d) = %v, want the largest coins first", cents, coins)
		}
	}
}
