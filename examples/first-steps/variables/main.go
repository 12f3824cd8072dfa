// Variables start at zero
//
// A variable without a value of its own has the zero value of its type. Notice that
// constants have no fixed type until they are used, and that Go converts nothing by itself.
package main

import "fmt"

// A constant of no type fits wherever its value does.
const dozen = 12

func main() {
	var count int
	var price float64
	var name string
	var open bool
	fmt.Printf("zero values: %d, %g, %q, %t\n", count, price, name, open)

	// := declares and takes the type from the value.
	eggs, each := 2*dozen, 0.25
	fmt.Printf("eggs is an %T, each is a %T\n", eggs, each)

	// eggs * each would not compile: an int and a float64 do not mix.
	price = float64(eggs) * each
	fmt.Printf("%d eggs cost %.2f\n", eggs, price)

	// The constant takes part in both kinds of arithmetic.
	fmt.Println(eggs/dozen, "dozen at", each*dozen)

	// Two variables change places without a third.
	left, right := "L", "R"
	left, right = right, left
	fmt.Println(left, right)
}
