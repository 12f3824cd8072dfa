// One keyword for every loop
//
// Go has only for: with three parts, with a condition, with a range, or with nothing at
// all. Notice how a label lets the inner loop go on with the outer one.
package main

import "fmt"

func main() {
	// Three parts: start, condition, step.
	for i := 10; i > 0; i -= 3 {
		fmt.Print(i, " ")
	}
	fmt.Println("go")

	// A number to range over: 0, 1, 2.
	for i := range 3 {
		fmt.Print(i, " ")
	}
	fmt.Println("done")

	// Only a condition.
	n, steps := 27, 0
	for n != 1 {
		if n%2 == 0 {
			n /= 2
		} else {
			n = 3*n + 1
		}
		steps++
	}
	fmt.Println("27 comes down to 1 in", steps, "steps")

	// For ever, until break.
	power := 1
	for {
		if power > 1000 {
			break
		}
		power *= 2
	}
	fmt.Println("the first power of two above 1000 is", power)

	// A label names the loop that continue means.
	fmt.Print("primes:")
numbers:
	for candidate := 2; candidate < 30; candidate++ {
		for divisor := 2; divisor*divisor <= candidate; divisor++ {
			if candidate%divisor == 0 {
				continue numbers
			}
		}
		fmt.Print(" ", candidate)
	}
	fmt.Println()
}
