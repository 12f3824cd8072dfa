package stack

type Stack[T any] struct{ items []T }

func (s *Stack[T]) Push(items ...T) { s.items = append(s.items, items...) }

func (s *Stack[T]) Pop() (T, bool) {
	if len(s.items) == 0 {
		return nil, false
	}
	return s.items[len(s.items)-1], true
}

func (s *Stack[T]) Peek() (T, bool) { return s.Pop() }
func (s *Stack[T]) Len() int        { return len(s.items) }

func Map[T, U any](items []T, f func(T) U) []U       { return nil }
func Filter[T any](items []T, keep func(T) bool) []T { return nil }
