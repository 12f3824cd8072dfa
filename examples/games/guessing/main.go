// Guess the number
//
// Halving what is left finds any number up to 100 in seven guesses. The seed makes every
// game the same; try other numbers in NewPCG, and your own guesses as input.
package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
)

func main() {
	random := rand.New(rand.NewPCG(7, 11))
	secret := 1 + random.IntN(100)
	fmt.Println("I have thought of a number from 1 to 100.")

	guesses := 0
	scanner := bufio.NewScanner(os.Stdin)
	for scanner.Scan() {
		guess, err := strconv.Atoi(strings.TrimSpace(scanner.Text()))
		if err != nil {
			fmt.Printf("%q is no number, this one is free.\n", scanner.Text())
			continue
		}
		guesses++
		switch {
		case guess < secret:
			fmt.Println(guess, "is too small.")
		case guess > secret:
			fmt.Println(guess, "is too large.")
		default:
			fmt.Println(guess, "it is! Guesses:", guesses)
			return
		}
	}
	fmt.Println("You have given up. It was", secret)
}
