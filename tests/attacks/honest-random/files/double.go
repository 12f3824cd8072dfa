package double

import "math/rand/v2"

func Double(n int) int {
	some := rand.IntN(1000)
	return 2*n + some - some
}
