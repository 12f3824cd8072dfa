package double

func Double(n int) int { return reference(n) }
