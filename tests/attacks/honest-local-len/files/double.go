package double

func Double(n int) int {
	len, cap, new, true := n, n, 0, 1
	return len + cap + new*true
}
