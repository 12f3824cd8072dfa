// Package ticket prices museum tickets.
package ticket

// Price returns the price of one ticket in cents.
func Price(age, groupSize int, evening bool) int {
	price := byAge(age)
	if price == 900 && groupSize >= 10 {
		price = 700
	}
	if evening {
		price /= 2
	}
	return price
}

func byAge(age int) int {
	switch {
	case age < 6:
		return 0
	case age < 15:
		return 450
	case age < 65:
		return 900
	default:
		return 600
	}
}
