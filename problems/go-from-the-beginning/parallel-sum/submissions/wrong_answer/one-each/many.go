package many

import "sync"

func MapAll[T, U any](items []T, workers int, f func(T) U) []U {
	results := make([]U, len(items))
	var all sync.WaitGroup
	for i, item := range items {
		all.Go(func() { results[i] = f(item) })
	}
	all.Wait()
	return results
}
