package many

func MapAll[T, U any](items []T, workers int, f func(T) U) []U {
	results := make(chan U)
	for _, item := range items {
		results <- f(item)
	}
	close(results)
	var all []U
	for result := range results {
		all = append(all, result)
	}
	return all
}
