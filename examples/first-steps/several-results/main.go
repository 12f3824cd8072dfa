// Functions with several results
//
// A function may return a value and whether there is one, or a value and an error.
// Notice that the caller has to take all results, or put one aside with an underscore.
package main

import (
	"errors"
	"fmt"
)

// divide returns the quotient and what remains.
func divide(dividend, divisor int) (quotient, rest int, err error) {
	if divisor == 0 {
		return 0, 0, errors.New("nothing can be divided by zero")
	}
	return dividend / divisor, dividend % divisor, nil
}

// largest takes any number of numbers; ok says whether there was one.
func largest(numbers ...int) (most int, ok bool) {
	for i, number := range numbers {
		if i == 0 || number > most {
			most = number
		}
	}
	return most, len(numbers) > 0
}

func main() {
	for _, divisor := range []int{5, 0} {
		quotient, rest, err := divide(17, divisor)
		if err != nil {
			fmt.Println("error:", err)
			continue
		}
		fmt.Println("17 /", divisor, "is", quotient, "and", rest, "remains")
	}

	_, minutes, _ := divide(135, 60) // 60 is never zero
	fmt.Println("135 minutes: the clock shows", minutes)

	fmt.Println(largest(3, -1, 8))
	fmt.Println(largest([]int{-5, -2}...))
	fmt.Println(largest())
}
