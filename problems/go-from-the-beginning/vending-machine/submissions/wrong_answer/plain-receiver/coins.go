package machine

func Change(cents int) []int {
	var change []int
	for _, coin := range []int{200, 100, 50, 20, 10, 5} {
		for cents >= coin {
			change = append(change, coin)
			cents -= coin
		}
	}
	return change
}
