package main

import (
	"bufio"
	"fmt"
	"os"
)

// Variant differs in each measured submission: only a change that reaches the
// object code keeps a build cache from answering.
var Variant = 0

func main() {
	in := bufio.NewReader(os.Stdin)
	var count, sum int
	fmt.Fscan(in, &count)
	for range count {
		var number int
		fmt.Fscan(in, &number)
		sum += number
	}
	fmt.Println(sum)
}
