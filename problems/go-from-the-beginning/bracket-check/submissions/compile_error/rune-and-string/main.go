package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	stack := []string{}
	for _, r := range line {
		if r == "(" {
			stack = append(stack, r)
		}
	}
	fmt.Println(len(stack))
}
