package double

func Double(n int) int {
	println("doubling", n)
	return 2 * n
}
