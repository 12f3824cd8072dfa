// Defer puts off until the function ends
//
// Deferred calls run last in, first out, whichever way the function is left. Notice that
// their arguments are worked out at once, and that they may still change a named result.
package main

import "fmt"

func enter(room string) (leave func()) {
	fmt.Println("enter", room)
	return func() { fmt.Println("leave", room) }
}

func visit(early bool) {
	defer enter("house")() // enter now, leave later
	if early {
		fmt.Println("nobody is at home")
		return
	}
	defer enter("kitchen")()
	fmt.Println("drink tea")
}

func arguments() {
	count := 1
	defer fmt.Println("deferred argument:", count)
	defer func() { fmt.Println("deferred closure:", count) }()
	count = 2
	fmt.Println("at the end:", count)
}

func doubled(number int) (result int) {
	defer func() { result *= 2 }()
	return number // sets result, then the deferred call doubles it
}

func main() {
	visit(false)
	fmt.Println("--")
	visit(true)
	fmt.Println("--")
	arguments()
	fmt.Println("--")
	fmt.Println("doubled(21) is", doubled(21))
}
