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

func main() {
	line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	opens := map[rune]rune{')': '(', ']': '[', '}': '{'}
	var stack []open
	for i, r := range []rune(line) {
		switch r {
		case '(', '[', '{':
			stack = append(stack, open{})
			copy(stack[1:], stack)
			stack[0] = open{r, i + 1}
		case ')', ']', '}':
			if len(stack) == 0 || stack[0].bracket != opens[r] {
				fmt.Printf("%d: unexpected %c\n", i+1, r)
				return
			}
			copy(stack, stack[1:])
			stack = stack[:len(stack)-1]
		}
	}
	if len(stack) > 0 {
		fmt.Printf("%d: never closed\n", stack[0].place)
		return
	}
	fmt.Println("ok")
}
