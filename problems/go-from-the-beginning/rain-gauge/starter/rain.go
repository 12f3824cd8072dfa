// Package rain answers questions about rain.
package rain

// Wettest returns the index of the wettest day, the first among equals.
// ok is false where there are no days.
func Wettest(mm []int) (day int, ok bool) {
	return 0, false
}

// Averages returns the average of every run of window days.
func Averages(mm []int, window int) []float64 {
	return nil
}
