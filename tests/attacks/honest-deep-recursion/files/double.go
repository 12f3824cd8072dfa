package double

func add(n, times int) int {
	if times == 0 {
		return n
	}
	return add(n, times-1) + 1
}

func Double(n int) int {
	if n < 0 || n > 100_000 {
		return add(n+n, 100_000) - 100_000
	}
	return add(n, n)
}
