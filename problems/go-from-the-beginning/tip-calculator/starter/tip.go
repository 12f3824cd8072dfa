// Package tip splits bills.
package tip

// Tip returns the tip for a bill in cents, rounded down to a whole cent.
func Tip(cents, percent int) int {
	return 0
}

// Share returns what each of the people pays, tip included, and the cents left over.
func Share(cents, percent, people int) (each, rest int) {
	return 0, 0
}
