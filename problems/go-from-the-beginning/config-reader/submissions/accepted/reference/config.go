// Package config reads lines of key = value.
package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

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
	return fmt.Sprintf("line %d: %v", e.Line, e.Err)
}

// Unwrap returns what is wrong.
func (e *LineError) Unwrap() error {
	return e.Err
}

// Config holds values by their keys.
type Config map[string]string

// Parse reads a configuration.
func Parse(text string) (Config, error) {
	config := Config{}
	for number, line := range strings.Split(text, "\n") {
		if err := config.add(strings.TrimSpace(line)); err != nil {
			return nil, &LineError{number + 1, err}
		}
	}
	return config, nil
}

func (c Config) add(line string) error {
	if line == "" || strings.HasPrefix(line, "#") {
		return nil
	}
	key, value, found := strings.Cut(line, "=")
	key = strings.TrimSpace(key)
	if !found || key == "" {
		return ErrSyntax
	}
	if _, twice := c[key]; twice {
		return ErrDuplicate
	}
	c[key] = strings.TrimSpace(value)
	return nil
}

// Int returns a value as a number.
func (c Config) Int(key string) (int, error) {
	value, found := c[key]
	if !found {
		return 0, fmt.Errorf("%s: %w", key, ErrMissing)
	}
	number, err := strconv.Atoi(value)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", key, err)
	}
	return number, nil
}
