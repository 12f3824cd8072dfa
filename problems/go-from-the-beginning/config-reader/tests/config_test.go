package config

import (
	"errors"
	"maps"
	"os"
	"strconv"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	cases := []struct {
		text string
		want Config
	}{
		{"", Config{}},
		{"port = 80", Config{"port": "80"}},
		{"# nothing\n\n", Config{}},
		{"a=1\n  b  =  two words  \n", Config{"a": "1", "b": "two words"}},
		{"sum = 1+1=2", Config{"sum": "1+1=2"}},
		{"empty =", Config{"empty": ""}},
	}
	for _, c := range cases {
		got, err := Parse(c.text)
		if err != nil || !maps.Equal(got, c.want) {
			t.Errorf("Parse(%q) = %v, %v, want %v", c.text, got, err, c.want)
		}
	}
}

func TestSampleFile(t *testing.T) {
	text, err := os.ReadFile("testdata/sample.conf")
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse(string(text))
	want := Config{"port": "8080", "name": "Blue Heron", "greeting": "a = b, in words"}
	if err != nil || !maps.Equal(got, want) {
		t.Errorf("Parse(sample.conf) = %v, %v, want %v", got, err, want)
	}
}

func TestLineError(t *testing.T) {
	cases := []struct {
		text string
		line int
	}{
		{"port", 1},
		{"a = 1\n\n# fine\nwrong", 4},
		{"a = 1\n = 2", 2},
	}
	for _, c := range cases {
		_, err := Parse(c.text)
		var line *LineError
		if !errors.As(err, &line) {
			t.Errorf("Parse(%q) gave the error %v, want a *LineError in it", c.text, err)
			continue
		}
		if line.Line != c.line || !errors.Is(err, ErrSyntax) {
			t.Errorf("Parse(%q): line %d, errors.Is(err, ErrSyntax) = %t, want line %d and true",
				c.text, line.Line, errors.Is(err, ErrSyntax), c.line)
		}
	}
	_, err := Parse("port")
	if err == nil || !strings.Contains(err.Error(), "line 1: no key = value") {
		t.Errorf("the error reads %q, want it to say %q", err, "line 1: no key = value")
	}
}

func TestInt(t *testing.T) {
	c := Config{"port": "8080", "name": "heron"}
	if got, err := c.Int("port"); got != 8080 || err != nil {
		t.Errorf(`Int("port") = %d, %v, want 8080, nil`, got, err)
	}
	if _, err := c.Int("name"); !errors.Is(err, strconv.ErrSyntax) {
		t.Errorf(`Int("name") gave %v, want strconv.ErrSyntax wrapped in it`, err)
	}
	_, err := c.Int("hostname")
	if !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "hostname") {
		t.Errorf(`Int("hostname") gave %v, want ErrMissing wrapped, and the key in its text`, err)
	}
}
