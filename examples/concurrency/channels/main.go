// Channels hand values over
//
// Three goroutines form a pipeline: one makes numbers, one squares them, main prints them.
// Notice who closes each channel: always the one that sends.
package main

import "fmt"

func count(to int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := 1; i <= to; i++ {
			out <- i // waits until somebody takes it
		}
	}()
	return out
}

func square(in <-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for n := range in { // until in is closed
			out <- n * n
		}
	}()
	return out
}

func main() {
	for n := range square(count(5)) {
		fmt.Println(n)
	}

	// A buffer holds values that nobody has taken yet.
	box := make(chan string, 2)
	box <- "first"
	box <- "second"
	fmt.Println(len(box), "of", cap(box), "places are taken")

	close(box) // what is inside stays
	for range 3 {
		value, ok := <-box
		fmt.Printf("%q %t\n", value, ok)
	}
}
