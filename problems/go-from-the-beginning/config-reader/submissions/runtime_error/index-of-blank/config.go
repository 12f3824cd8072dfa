package config

import (
	"errors"
	"strings"
)

var (
	ErrSyntax    = errors.New("no key = value")
	ErrDuplicate = errors.New("the key was there before")
	ErrMissing   = errors.New("no such key")
)

type LineError struct {
	Line int
	Err  error
}

func (e *LineError) Error() string { return e.Err.Error() }

type Config map[string]string

func Parse(text string) (Config, error) {
	config := Config{}
	for _, line := range strings.Split(text, "\n") {
		if line[0] == '#' {
			continue
		}
		pair := strings.SplitN(line, "=", 2)
		config[strings.TrimSpace(pair[0])] = strings.TrimSpace(pair[1])
	}
	return config, nil
}

func (c Config) Int(key string) (int, error) { return 0, ErrMissing }
