package double

type number interface{ ~int | ~float64 }

func twice[T number](x T) T { return x + x }

func Double(n int) int { return twice(n) }
