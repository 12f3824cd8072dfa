package stack

type Stack[T any] struct{ items []T }

func (s *Stack[T]) Push(items ...T) { s.items = append(s.items, items...) }

func (s *Stack[T]) Pop() (item T, ok bool) {
	if len(s.items) == 0 {
		return item, false
	}
	item, s.items = s.items[len(s.items)-1], s.items[:len(s.items)-1]
	return item, true
}

func (s *Stack[T]) Peek() (item T, ok bool) {
	if len(s.items) == 0 {
		return item, false
	}
	return s.items[len(s.items)-1], true
}

func (s *Stack[T]) Len() int { return len(s.items) }

func Map[T, U any](items []T, f func(T) U) []U {
	var made []U
	for _, item := range items {
		made = append(made, f(item))
	}
	return made
}

func Filter[T any](items []T, keep func(T) bool) []T {
	kept := items[:0]
	for _, item := range items {
		if keep(item) {
			kept = append(kept, item)
		}
	}
	return kept
}
