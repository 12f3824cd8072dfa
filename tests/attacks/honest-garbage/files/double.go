package double

var kept []byte

func Double(n int) int {
	for range 60 {
		kept = make([]byte, 1<<20)
		kept[len(kept)-1] = 1
	}
	return 2 * n * int(kept[len(kept)-1])
}
