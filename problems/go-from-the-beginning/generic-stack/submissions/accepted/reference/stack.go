// Package stack holds things of any type.
package stack

// Stack is a stack of T. Its zero value is empty and ready for use.
type Stack[T any] struct {
	items []T
}

// Push puts items on the stack, the last one on top.
func (s *Stack[T]) Push(items ...T) {
	s.items = append(s.items, items...)
}

// Pop takes the top item off. ok is false where there is none.
func (s *Stack[T]) Pop() (item T, ok bool) {
	if item, ok = s.Peek(); ok {
		s.items = s.items[:len(s.items)-1]
	}
	return item, ok
}

// Peek returns the top item and leaves it.
func (s *Stack[T]) Peek() (item T, ok bool) {
	if len(s.items) == 0 {
		return item, false
	}
	return s.items[len(s.items)-1], true
}

// Len returns how many items there are.
func (s *Stack[T]) Len() int {
	return len(s.items)
}

// Map returns what f makes of each item.
func Map[T, U any](items []T, f func(T) U) []U {
	made := make([]U, 0, len(items))
	for _, item := range items {
		made = append(made, f(item))
	}
	return made
}

// Filter returns a new slice with the items that keep wants.
func Filter[T any](items []T, keep func(T) bool) []T {
	var kept []T
	for _, item := range items {
		if keep(item) {
			kept = append(kept, item)
		}
	}
	return kept
}
