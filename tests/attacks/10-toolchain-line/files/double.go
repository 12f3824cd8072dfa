package double

func Double(n int) int { return 0 }
