package main

import (
	"bufio"
	"fmt"
	"os"
)

type open struct {
	bracket rune
	place   int
}

var opens = map[rune]rune{')': '(', ']': '[', '}': '{'}

func check(line string) string {
	var stack []open
	place := 0
	for _, r := range line {
		place++
		switch r {
		case '(', '[', '{':
			stack = append(stack, open{r, place})
		case ')', ']', '}':
			if len(stack) == 0 || stack[len(stack)-1].bracket != opens[r] {
				return fmt.Sprintf("%d: unexpected %c", place, r)
			}
			stack = stack[:len(stack)-1]
		}
	}
	if len(stack) > 0 {
		return fmt.Sprintf("%d: never closed", stack[len(stack)-1].place)
	}
	return "ok"
}

func main() {
	line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	fmt.Println(check(line))
}
