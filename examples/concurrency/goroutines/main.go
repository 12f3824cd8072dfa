// Goroutines work side by side
//
// WaitGroup.Go starts a function in a goroutine, and Wait waits for all of them. Notice
// that each one writes only to its own place, so nobody has to be locked out.
package main

import (
	"fmt"
	"sync"
)

// primes counts the primes from low up to, but without, high.
func primes(low, high int) (count int) {
	for n := max(low, 2); n < high; n++ {
		prime := true
		for d := 2; d*d <= n && prime; d++ {
			prime = n%d != 0
		}
		if prime {
			count++
		}
	}
	return count
}

func main() {
	const parts, size = 4, 5000
	var counts [parts]int

	var wg sync.WaitGroup
	for i := range parts {
		wg.Go(func() {
			counts[i] = primes(i*size, (i+1)*size)
		})
	}
	wg.Wait() // without it main might end before the others have begun

	total := 0
	for i, count := range counts {
		fmt.Printf("%5d to %5d: %d primes\n", i*size, (i+1)*size-1, count)
		total += count
	}
	fmt.Println("together:", total)
}
