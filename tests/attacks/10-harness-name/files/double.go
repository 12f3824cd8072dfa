package double

// Double returns twice n.
func Double(n int) int {
	return 2 * n
}

var judgeharness, testmain, harness = 1, 2, 3
