// Regular expressions find patterns
//
// Parentheses pick parts out of a match, and a name makes them easy to find. Notice that
// raw strings between backquotes need no doubled backslashes.
package main

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	date  = regexp.MustCompile(`(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)`)
	space = regexp.MustCompile(`\s+`)
	word  = regexp.MustCompile(`\b\w{5,}\b`)
	plate = regexp.MustCompile(`^[A-Z]{2}-\d{1,4}$`) // ^ and $: all of the text
)

func main() {
	text := "Sown on 2024-03-17,   watered on 2024-04-02,\tpicked on 2024-08-30."

	fmt.Println(date.FindString(text))
	for _, match := range date.FindAllStringSubmatch(text, -1) {
		fmt.Println("day", match[date.SubexpIndex("day")], "of month", match[date.SubexpIndex("month")])
	}

	text = space.ReplaceAllString(text, " ")
	fmt.Println(date.ReplaceAllString(text, "${day}.${month}.${year}"))
	fmt.Println(word.ReplaceAllStringFunc(text, strings.ToUpper))

	for _, try := range []string{"ZH-1234", "ZH-12345", "my ZH-1"} {
		fmt.Printf("%-8s %t\n", try, plate.MatchString(try))
	}
}
