//go:debug panicnil=1

//go:generate sh -c "echo covert-generate-19f3"
package double

func Double(n int) int { panic(nil) }
