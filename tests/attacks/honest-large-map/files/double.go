package double

var known = func() map[int]int {
	m := make(map[int]int)
	for i := range 200_000 {
		m[i-100_000] = 2 * (i - 100_000)
	}
	return m
}()

func Double(n int) int {
	if twice, ok := known[n]; ok {
		return twice
	}
	return 2 * n
}
