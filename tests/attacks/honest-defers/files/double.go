package double

func Double(n int) (sum int) {
	for range 10_000 {
		defer func() { sum++ }()
	}
	return 2*n - 10_000
}
