// Interfaces are satisfied by having the methods
//
// No type here says that it is a Shape: having Area and Perimeter is enough. Notice how a
// type switch gets back to what is inside.
package main

import (
	"fmt"
	"math"
)

// A Shape has an area and a perimeter.
type Shape interface {
	Area() float64
	Perimeter() float64
}

// A Circle has a radius.
type Circle struct{ Radius float64 }

// Area returns π·r².
func (c Circle) Area() float64 { return math.Pi * c.Radius * c.Radius }

// Perimeter returns 2·π·r.
func (c Circle) Perimeter() float64 { return 2 * math.Pi * c.Radius }

// A Rectangle has two sides.
type Rectangle struct{ Width, Height float64 }

// Area returns the product of the sides.
func (r Rectangle) Area() float64 { return r.Width * r.Height }

// Perimeter returns the length of all four sides.
func (r Rectangle) Perimeter() float64 { return 2 * (r.Width + r.Height) }

func describe(s Shape) string {
	switch s := s.(type) {
	case Circle:
		return fmt.Sprintf("a circle of radius %g", s.Radius)
	case Rectangle:
		if s.Width == s.Height {
			return fmt.Sprintf("a square of side %g", s.Width)
		}
		return fmt.Sprintf("a rectangle of %g by %g", s.Width, s.Height)
	}
	return "something else"
}

func main() {
	shapes := []Shape{Circle{1}, Rectangle{3, 4}, Rectangle{2, 2}}
	for _, s := range shapes {
		fmt.Printf("%s: area %.2f, perimeter %.2f\n", describe(s), s.Area(), s.Perimeter())
	}
}
