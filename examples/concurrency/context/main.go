// A context tells everybody to stop
//
// Cancelling the context closes its Done channel, and every goroutine that looks at it
// goes home. Notice that the cause comes along, and that a timeout is a context as well.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

var errEnough = errors.New("that is enough")

// numbers sends 1, 2, 3, … until the context is done.
func numbers(ctx context.Context, out chan<- int) error {
	for n := 1; ; n++ {
		select {
		case out <- n:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	out := make(chan int)
	var wg sync.WaitGroup
	var stopped error
	wg.Go(func() { stopped = numbers(ctx, out) })

	for range 4 {
		fmt.Println("got", <-out)
	}
	cancel(errEnough)
	wg.Wait()
	fmt.Println("stopped:", stopped)

	// Nobody receives this time, so only the clock can end it.
	limited, release := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer release()
	err := numbers(limited, make(chan int))
	fmt.Println("stopped:", err)
	fmt.Println("timed out:", errors.Is(err, context.DeadlineExceeded))

	// A context made from a cancelled one is done from the start.
	child, done := context.WithTimeout(ctx, time.Hour)
	defer done()
	fmt.Println("child:", context.Cause(child))
}
