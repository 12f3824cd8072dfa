package machine

var coins = []int{200, 100, 50, 20, 10, 5}

// Change returns the fewest coins that make cents, the largest first.
func Change(cents int) []int {
	var change []int
	for _, coin := range coins {
		for cents >= coin {
			change = append(change, coin)
			cents -= coin
		}
	}
	return change
}
