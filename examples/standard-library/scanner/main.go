// Reading input line by line
//
// A bufio.Scanner gives one line after the other until the input ends. Notice that a line
// that makes no sense is told with its number, and that the others still count.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
)

func main() {
	scanner := bufio.NewScanner(os.Stdin)
	total, lines := 0.0, 0
	longest := ""
	for scanner.Scan() {
		lines++
		line := strings.TrimSpace(scanner.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, amount, found := strings.Cut(line, "=")
		value, err := strconv.ParseFloat(strings.TrimSpace(amount), 64)
		if !found || err != nil {
			fmt.Printf("line %d: %q is not NAME = NUMBER\n", lines, line)
			continue
		}
		name = strings.TrimSpace(name)
		if len(name) > len(longest) {
			longest = name
		}
		fmt.Printf("%-10s%8.2f\n", name, value)
		total += value
	}
	if err := scanner.Err(); err != nil { // the end of the input is no error
		fmt.Println("error:", err)
		return
	}
	fmt.Printf("%-10s%8.2f\n", "together", total)
	fmt.Printf("%d lines, the longest name is %q\n", lines, longest)
}
