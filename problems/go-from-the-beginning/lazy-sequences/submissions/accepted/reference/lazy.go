// Package lazy makes sequences that end only when nobody asks any more.
package lazy

import "iter"

// Count gives start, start+step, and so on without end.
func Count(start, step int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for value := start; yield(value); value += step {
		}
	}
}

// Fibonacci gives 0, 1, 1, 2, 3, 5, and so on without end.
func Fibonacci() iter.Seq[int] {
	return func(yield func(int) bool) {
		for a, b := 0, 1; yield(a); a, b = b, a+b {
		}
	}
}

// Take gives the first n values of s.
func Take[T any](s iter.Seq[T], n int) iter.Seq[T] {
	return func(yield func(T) bool) {
		if n <= 0 {
			return
		}
		left := n
		for value := range s {
			left--
			if !yield(value) || left == 0 {
				return
			}
		}
	}
}

// Pairs gives each value of s with the one after it.
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
