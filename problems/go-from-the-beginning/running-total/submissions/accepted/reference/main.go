package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	in := bufio.NewReader(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	var n, sum int
	fmt.Fscan(in, &n)
	for range n {
		var number int
		fmt.Fscan(in, &number)
		sum += number
		fmt.Fprintln(out, sum)
	}
}
