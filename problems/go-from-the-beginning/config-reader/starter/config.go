// Package config reads lines of key = value.
package config

import "errors"

// What can be wrong.
var (
	ErrSyntax    = errors.New("no key = value")
	ErrDuplicate = errors.New("the key was there before")
	ErrMissing   = errors.New("no such key")
)

// LineError says on which line something is wrong.
type LineError struct {
	Line int
	Err  error
}

// Error returns the line's number and what is wrong.
func (e *LineError) Error() string {
	return ""
}

// Config holds values by their keys.
type Config map[string]string

// Parse reads a configuration.
func Parse(text string) (Config, error) {
	return nil, nil
}

// Int returns a value as a number.
func (c Config) Int(key string) (int, error) {
	return 0, nil
}
