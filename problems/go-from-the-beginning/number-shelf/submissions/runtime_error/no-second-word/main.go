package main

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

func main() {
	var books []int
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		n, err := strconv.Atoi(words[1])
		if err != nil || words[0] != "put" && words[0] != "rank" {
			fmt.Println("?")
			continue
		}
		if words[0] == "put" {
			books = append(books, n)
			continue
		}
		slices.Sort(books)
		place, _ := slices.BinarySearch(books, n)
		fmt.Println(place)
	}
}
