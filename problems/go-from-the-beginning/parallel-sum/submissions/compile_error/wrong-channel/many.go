package many

func MapAll[T, U any](items []T, workers int, f func(T) U) []U {
	results := make(chan U)
	for _, item := range items {
		go func() { results <- f(item) }()
	}
	return results
}
