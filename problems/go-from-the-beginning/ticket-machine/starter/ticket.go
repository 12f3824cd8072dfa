// Package ticket prices museum tickets.
package ticket

// Price returns the price of one ticket in cents.
func Price(age, groupSize int, evening bool) int {
	return 900
}
