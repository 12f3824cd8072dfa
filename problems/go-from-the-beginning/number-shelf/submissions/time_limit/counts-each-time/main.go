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
		if len(words) == 0 {
			continue
		}
		n, err := 0, error(nil)
		if len(words) == 2 {
			n, err = strconv.Atoi(words[1])
		}
		if len(words) != 2 || err != nil || words[0] != "put" && words[0] != "rank" {
			fmt.Println("?")
			continue
		}
		if words[0] == "put" {
			books = append(books, n)
			continue
		}
		count := 0
		for _, book := range books {
			if strconv.Itoa(book) != "" && book < n {
				count++
			}
		}
		fmt.Println(count)
	}
}
