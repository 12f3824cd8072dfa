// A table of tests
//
// This program has no main: its tests in main_test.go are what runs. Notice that a new
// case is one more line. Try breaking Initials and read what the tests say.
package main

import (
	"strings"
	"unicode/utf8"
)

// Initials returns the first letter of each word in capitals: "ada lovelace" gives "AL".
func Initials(name string) string {
	var b strings.Builder
	for word := range strings.FieldsSeq(name) {
		first, _ := utf8.DecodeRuneInString(word)
		b.WriteString(strings.ToUpper(string(first)))
	}
	return b.String()
}
