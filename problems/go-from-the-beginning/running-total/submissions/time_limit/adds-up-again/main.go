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
	var n int
	fmt.Fscan(in, &n)
	numbers := []int{}
	for range n {
		var number int
		fmt.Fscan(in, &number)
		numbers = append(numbers, number)
		sum := 0
		for i := range numbers {
			for range 4 {
				sum += numbers[i]
			}
		}
		fmt.Fprintln(out, sum/4)
	}
}
