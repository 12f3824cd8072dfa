package main

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

type shelf struct {
	books  []int
	sorted bool
}

func (s *shelf) put(n int) {
	s.books = append(s.books, n)
	s.sorted = false
}

func (s *shelf) rank(n int) int {
	if !s.sorted {
		slices.Sort(s.books)
		s.sorted = true
	}
	place, _ := slices.BinarySearch(s.books, n)
	return place
}

func command(words []string) (word string, n int, ok bool) {
	if len(words) != 2 {
		return "", 0, false
	}
	n, err := strconv.Atoi(words[1])
	return words[0], n, err == nil
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	var library shelf
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) == 0 {
			continue
		}
		word, n, ok := command(words)
		switch {
		case ok && word == "put":
			library.put(n)
		case ok && word == "rank":
			fmt.Fprintln(out, library.rank(n))
		default:
			fmt.Fprintln(out, "?")
		}
	}
}
