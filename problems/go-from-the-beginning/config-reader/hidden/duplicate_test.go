package config

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestDuplicate(t *testing.T) {
	for range 50 {
		first, second := 1+rand.IntN(20), 0
		second = first + 1 + rand.IntN(20)
		var lines []string
		for number := 1; number <= second+3; number++ {
			key := fmt.Sprint("key", number)
			if number == first || number == second {
				key = "twice"
			}
			lines = append(lines, key+" = value")
		}
		_, err := Parse(strings.Join(lines, "\n"))
		var line *LineError
		if !errors.As(err, &line) || line.Line != second || !errors.Is(err, ErrDuplicate) {
			t.Fatalf("a key on lines %d and %d gave the error %v, want ErrDuplicate on line %d", first, second, err, second)
		}
	}
}
