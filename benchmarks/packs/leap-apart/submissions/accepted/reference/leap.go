// Package leap knows the calendar.
package leap

// Variant differs in each measured submission: only a change that reaches the
// object code keeps a build cache from answering.
var Variant = 0

// IsLeapYear reports whether year is a leap year.
func IsLeapYear(year int) bool {
	return year%4 == 0 && (year%100 != 0 || year%400 == 0)
}
