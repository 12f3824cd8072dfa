package lazy

import "iter"

func Count(start, step int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for value := start; yield(value); value += step {
		}
	}
}

func Fibonacci() iter.Seq[int] {
	a, b := 0, 1
	return func(yield func(int) bool) {
		for yield(a) {
			a, b = b, a+b
		}
	}
}

func Take[T any](s iter.Seq[T], n int) iter.Seq[T] {
	return func(yield func(T) bool) {
		taken := 0
		for value := range s {
			if taken >= n || !yield(value) {
				return
			}
			taken++
		}
	}
}

func Pairs[T any](s iter.Seq[T]) iter.Seq2[T, T] {
	return func(yield func(T, T) bool) {
		var before T
		started := false
		for value := range s {
			if started && !yield(before, value) {
				return
			}
			before, started = value, true
		}
	}
}
