package shapes

type Rectangle struct{ Width, Height float64 }

func (r Rectangle) Area() float64 { return r.Width * r.Height }

type Circle struct{ Radius float64 }

func (c Circle) Area() float64 { return 3.14 * c.Radius * c.Radius }

type Frame struct{ Outer, Hole Rectangle }

func (f Frame) Area() float64 { return f.Outer.Area() - f.Hole.Area() }

func TotalArea(shapes ...Shape) float64 {
	total := 0.0
	for _, shape := range shapes {
		switch known := shape.(type) {
		case Rectangle:
			total += known.Area()
		case Circle:
			total += known.Area()
		}
	}
	return total
}

func Largest(shapes []Shape) Shape {
	if len(shapes) == 0 {
		return nil
	}
	return shapes[0]
}
