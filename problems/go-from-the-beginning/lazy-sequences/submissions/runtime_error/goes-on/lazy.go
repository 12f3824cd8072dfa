package lazy

import "iter"

func Count(start, step int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for value := start; value < start+1000*step+1000; value += step {
			yield(value)
		}
	}
}

func Fibonacci() iter.Seq[int]                     { return Count(0, 1) }
func Take[T any](s iter.Seq[T], n int) iter.Seq[T] { return s }
func Pairs[T any](s iter.Seq[T]) iter.Seq2[T, T]   { return func(func(T, T) bool) {} }
