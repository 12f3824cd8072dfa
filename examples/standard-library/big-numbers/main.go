// Numbers of any length
//
// An int64 ends at about nine quintillion and silently starts over; a big.Int goes on.
// Notice that its methods write the result into the receiver.
package main

import (
	"fmt"
	"math/big"
)

func main() {
	small, large := int64(1), big.NewInt(1)
	for n := int64(2); n <= 25; n++ {
		small *= n
		large.Mul(large, big.NewInt(n))
	}
	fmt.Println("25! in an int64: ", small, "(wrong)")
	fmt.Println("25! in a big.Int:", large)

	// Fibonacci: a, b = b, a+b without making new numbers.
	a, b := big.NewInt(0), big.NewInt(1)
	for range 300 {
		a.Add(a, b)
		a, b = b, a
	}
	fmt.Println("the 300th Fibonacci number:", a)

	mersenne := new(big.Int).Lsh(big.NewInt(1), 127)
	mersenne.Sub(mersenne, big.NewInt(1))
	fmt.Println("2^127-1 is prime:", mersenne.ProbablyPrime(20))

	// Fractions stay exact: with float64, 0.1+0.2 is not 0.3.
	tenth, fifth := big.NewRat(1, 10), big.NewRat(1, 5)
	sum := new(big.Rat).Add(tenth, fifth)
	fmt.Println("1/10 + 1/5 =", sum, "is 0.3:", sum.Cmp(big.NewRat(3, 10)) == 0)

	x, y := 0.1, 0.2
	fmt.Println("float64:", x+y, "is 0.3:", x+y == 0.3)
}
