// Hello from Go
//
// A program starts in the function main of the package main. Strings are UTF-8,
// so a greeting may be in any script.
package main

import "fmt"

func main() {
	greetings := []string{"Hello", "Grüezi", "Γειά σου", "こんにちは"}
	for _, greeting := range greetings {
		fmt.Println(greeting + "!")
	}

	name := "Gopher"
	fmt.Println("Nice to see you,", name)
	fmt.Printf("%s says hello in %d languages.\n", name, len(greetings))
}
