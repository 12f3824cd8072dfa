package double

import (
	"iter"
	"slices"
)

func twice(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		_ = yield(n) && yield(n)
	}
}

func Double(n int) (sum int) {
	for part := range twice(n) {
		sum += part
	}
	if len(slices.Collect(twice(n))) != 2 {
		return 0
	}
	return sum
}
