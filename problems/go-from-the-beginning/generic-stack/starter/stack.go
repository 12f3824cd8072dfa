// Package stack holds things of any type.
package stack

// Stack is a stack of T. Its zero value is empty and ready for use.
type Stack[T any] struct {
}

// Push puts items on the stack, the last one on top.
func (s *Stack[T]) Push(items ...T) {
}

// Pop takes the top item off. ok is false where there is none.
func (s *Stack[T]) Pop() (item T, ok bool) {
	return item, false
}

// Peek returns the top item and leaves it.
func (s *Stack[T]) Peek() (item T, ok bool) {
	return item, false
}

// Len returns how many items there are.
func (s *Stack[T]) Len() int {
	return 0
}

// Map returns what f makes of each item.
func Map[T, U any](items []T, f func(T) U) []U {
	return nil
}

// Filter returns a new slice with the items that keep wants.
func Filter[T any](items []T, keep func(T) bool) []T {
	return nil
}
