package shapes

type Rectangle struct{ Width, Height float64 }

func (r *Rectangle) Area() float64 { return r.Width * r.Height }

type Circle struct{ Radius float64 }

type Frame struct{ Outer, Hole Rectangle }

func TotalArea(shapes ...Shape) float64 { return 0 }

func Largest(shapes []Shape) Shape {
	return Rectangle{1, 1}
}
