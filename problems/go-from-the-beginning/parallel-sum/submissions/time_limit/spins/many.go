package many

import "sync/atomic"

func MapAll[T, U any](items []T, workers int, f func(T) U) []U {
	results := make([]U, len(items))
	var done atomic.Int64
	for i, item := range items {
		go func() {
			results[i] = f(item)
			done.Add(1)
		}()
	}
	for done.Load() < int64(len(items))+1 {
	}
	return results
}
