package double

func Double(n int) int { return times(2, n) }
