// Strings are bytes, runes are characters
//
// The length of a string counts bytes, and a letter may take up to four. Notice how the
// positions jump when a range goes from rune to rune.
package main

import (
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"
)

func reversed(text string) string {
	runes := []rune(text)
	slices.Reverse(runes)
	return string(runes)
}

func main() {
	word := "Käse→🧀"
	fmt.Println(len(word), "bytes,", utf8.RuneCountInString(word), "runes")

	for position, r := range word {
		fmt.Printf("%2d  %U  %c  %d byte(s)\n", position, r, r, utf8.RuneLen(r))
	}

	fmt.Println(reversed(word))

	// Indexing gives a byte: here the first half of the ä.
	fmt.Printf("%x %q\n", word[1], word[:2])

	letters := 0
	for _, r := range word {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	fmt.Println(letters, "of them are letters")
}
