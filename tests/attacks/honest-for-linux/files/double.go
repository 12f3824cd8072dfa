package double

func Double(n int) int { return shifted(n) }
