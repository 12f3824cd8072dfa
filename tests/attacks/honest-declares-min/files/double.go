package double

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}

func max(a, b int) int { return -min(-a, -b) }

func Double(n int) int { return max(2*n, 2*n) }
