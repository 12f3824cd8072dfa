package config

import (
	"errors"
	"fmt"
	"strconv"
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

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }

type Config map[string]string

func Parse(text string) (Config, error) {
	config := Config{}
	for number, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, found := strings.Cut(line, "=")
		if !found {
			return nil, fmt.Errorf("line %d: %v", number+1, ErrSyntax)
		}
		config[strings.TrimSpace(key)] = strings.TrimSpace(value)
	}
	return config, nil
}

func (c Config) Int(key string) (int, error) {
	return strconv.Atoi(c[key])
}
