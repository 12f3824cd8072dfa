// Package many lets several goroutines share work.
package many

import "sync"

// MapAll returns f(item) for each item, in order, from at most workers goroutines at once.
func MapAll[T, U any](items []T, workers int, f func(T) U) []U {
	results := make([]U, len(items))
	places := make(chan int)
	var hands sync.WaitGroup
	for range workers {
		hands.Go(func() {
			for i := range places {
				results[i] = f(items[i])
			}
		})
	}
	for i := range items {
		places <- i
	}
	close(places)
	hands.Wait()
	return results
}
