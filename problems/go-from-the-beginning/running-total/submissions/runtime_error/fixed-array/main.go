package main

import (
	"fmt"
)

func main() {
	var numbers [3]int
	var n, sum int
	fmt.Scan(&n)
	for i := range n {
		fmt.Scan(&numbers[i])
		sum += numbers[i]
		fmt.Println(sum)
	}
}
