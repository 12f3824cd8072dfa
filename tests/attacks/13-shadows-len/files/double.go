package double

func len(x any) int { return 3 }

func Double(n int) int { return 0 }
