package config

import "errors"

var (
	ErrSyntax    = errors.New("no key = value")
	ErrDuplicate = errors.New("the key was there before")
	ErrMissing   = errors.New("no such key")
)

type LineError struct {
	Line int
	Err  error
}

type Config map[string]string

func Parse(text string) (Config, error) {
	return nil, &LineError{1, ErrSyntax}
}

func (c Config) Int(key string) (int, error) {
	return 0, ErrMissing
}
