package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	opens := map[rune]rune{')': '(', ']': '[', '}': '{'}
	stack, places := []rune{}, []int{}
	for i, r := range []rune(line) {
		switch r {
		case '(', '[', '{':
			stack, places = append(stack, r), append(places, i+1)
		case ')', ']', '}':
			if stack[len(stack)-1] != opens[r] {
				fmt.Printf("%d: unexpected %c\n", i+1, r)
				return
			}
			stack, places = stack[:len(stack)-1], places[:len(places)-1]
		}
	}
	if len(stack) > 0 {
		fmt.Printf("%d: never closed\n", places[len(places)-1])
		return
	}
	fmt.Println("ok")
}
