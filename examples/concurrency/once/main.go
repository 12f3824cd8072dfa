// Doing something only once
//
// Ten goroutines want the table, the first one makes it, the others wait until it is
// there. Notice that sync.OnceValue says the same as sync.Once in a single line.
package main

import (
	"fmt"
	"sync"
)

// Squares are looked up, not worked out.
type Squares struct {
	once  sync.Once
	table []int
}

// Of returns n².
func (s *Squares) Of(n int) int {
	s.once.Do(func() {
		fmt.Println("making the table")
		for i := range 100 {
			s.table = append(s.table, i*i)
		}
	})
	return s.table[n]
}

// motto is worked out at the first call and remembered for the later ones.
var motto = sync.OnceValue(func() string {
	fmt.Println("thinking of a motto")
	return "once is enough"
})

func main() {
	var squares Squares
	var results [10]int
	var wg sync.WaitGroup
	for i := range results {
		wg.Go(func() { results[i] = squares.Of(i) })
	}
	wg.Wait()
	fmt.Println(results)

	fmt.Println(motto())
	fmt.Println(motto())
}
