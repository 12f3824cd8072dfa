package double

func Double(n int) (twice int) {
	defer func() {
		recover()
		twice = 2 * n
	}()
	panic("not for you")
}
