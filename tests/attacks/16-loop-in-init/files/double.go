package double

func init() {
	for {
	}
}

func Double(n int) int { return 0 }
