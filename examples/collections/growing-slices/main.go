// When append shares and when it moves
//
// While there is capacity, append writes behind the slice into the array that others may
// use too. Notice how the second append overwrites what the first one wrote.
package main

import "fmt"

func show(name string, s []int) {
	fmt.Printf("%-7s %v, length %d, capacity %d\n", name, s, len(s), cap(s))
}

func main() {
	base := make([]int, 2, 3) // room for one more
	show("base", base)

	first := append(base, 10)
	second := append(base, 20) // the same place again
	show("first", first)
	show("second", second)

	// A third index cuts the capacity, so append has to move to an array of its own.
	tight := base[:2:2]
	third := append(tight, 30)
	third[0] = 99
	fmt.Println("third  ", third)
	show("second", second)

	// Who knows the size beforehand makes room once.
	squares := make([]int, 0, 5)
	room := cap(squares)
	for i := range 5 {
		squares = append(squares, i*i)
	}
	fmt.Println(squares, "moved:", cap(squares) != room)
}
