package double

import "fmt"

func Double(n int) int {
	done := make(chan any)
	go func() {
		defer func() { done <- recover() }()
		var m map[string]int
		m["x"] = n
	}()
	if fmt.Sprint(<-done) == "" {
		return 0
	}
	return 2 * n
}
