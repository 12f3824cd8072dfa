// A glider in the game of life
//
// A cell lives on with two or three neighbours and is born with three. Notice that after
// four generations the same figure stands one field further down and to the right.
package main

import "fmt"

func main() {
	world := NewWorld(
		".#......",
		"..#.....",
		"###.....",
		"........",
		"........",
		"........",
	)
	for generation := range 5 {
		fmt.Printf("generation %d\n%v\n", generation, world)
		world = world.Next()
	}
}
