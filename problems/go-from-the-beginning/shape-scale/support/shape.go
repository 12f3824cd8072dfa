// Package shapes measures shapes.
package shapes

// Shape is anything with an area.
type Shape interface {
	Area() float64
}
