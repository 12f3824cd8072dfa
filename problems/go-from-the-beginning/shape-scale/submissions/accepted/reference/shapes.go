package shapes

import "math"

// Rectangle is as wide and high as its fields say.
type Rectangle struct {
	Width, Height float64
}

// Area returns width times height.
func (r Rectangle) Area() float64 {
	return r.Width * r.Height
}

// Circle is round.
type Circle struct {
	Radius float64
}

// Area returns the area of the disc.
func (c Circle) Area() float64 {
	return math.Pi * c.Radius * c.Radius
}

// Frame is a rectangle with a hole.
type Frame struct {
	Outer, Hole Rectangle
}

// Area returns what the hole leaves.
func (f Frame) Area() float64 {
	return f.Outer.Area() - f.Hole.Area()
}

// TotalArea adds up the areas of all shapes.
func TotalArea(shapes ...Shape) float64 {
	total := 0.0
	for _, shape := range shapes {
		total += shape.Area()
	}
	return total
}

// Largest returns the shape with the largest area, nil where there is none.
func Largest(shapes []Shape) Shape {
	var largest Shape
	for _, shape := range shapes {
		if largest == nil || shape.Area() > largest.Area() {
			largest = shape
		}
	}
	return largest
}
