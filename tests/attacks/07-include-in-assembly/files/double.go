package double

func Double(n int) int
