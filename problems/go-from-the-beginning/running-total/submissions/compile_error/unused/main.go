package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	var n, sum int
	fmt.Scan(&n)
	for range n {
		var number int
		fmt.Scan(&number)
	}
}
