package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	in := bufio.NewReader(os.Stdin)
	var n, sum int
	fmt.Fscan(in, &n)
	for range n {
		var number int
		fmt.Fscan(in, &number)
		sum += number
	}
	fmt.Println(sum)
}
