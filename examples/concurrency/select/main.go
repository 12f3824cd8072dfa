// Select takes whichever comes first
//
// A select waits for several channels at once; time.After is one that speaks up when the
// time has passed. Notice that default makes it not wait at all.
package main

import (
	"fmt"
	"time"
)

// ask returns the answer, or says that none came in time.
func ask(answers <-chan string, patience time.Duration) string {
	select {
	case answer := <-answers:
		return "answer: " + answer
	case <-time.After(patience):
		return "no answer within " + patience.String()
	}
}

// peek looks without waiting.
func peek(answers <-chan string) string {
	select {
	case answer := <-answers:
		return "there was " + answer
	default:
		return "nothing there yet"
	}
}

func main() {
	quick := make(chan string)
	go func() { quick <- "42" }()
	fmt.Println(ask(quick, 10*time.Second)) // does not take that long

	silent := make(chan string) // nobody ever sends
	fmt.Println(ask(silent, 20*time.Millisecond))

	box := make(chan string, 1)
	fmt.Println(peek(box))
	box <- "a letter"
	fmt.Println(peek(box))

	// A nil channel is never ready, which switches its case off.
	var off chan string
	fmt.Println(peek(off))
}
