package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

func main() {
	var books []int
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		n, _ := strconv.Atoi(words[1])
		if words[0] == "put" {
			books = append(books, n)
			continue
		}
		count := 0
		for _, book := range books {
			if book <= n {
				count++
			}
		}
		fmt.Println(count)
	}
}
