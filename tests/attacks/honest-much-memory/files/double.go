package double

var b = make([]byte, 60<<20)

func Double(n int) int {
	for i := range b {
		b[i] = 1
	}
	return 2 * n * int(b[len(b)-1])
}
