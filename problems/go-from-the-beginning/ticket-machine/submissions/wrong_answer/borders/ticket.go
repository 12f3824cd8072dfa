package ticket

func Price(age, groupSize int, evening bool) int {
	price := 900
	switch {
	case age <= 6:
		price = 0
	case age <= 15:
		price = 450
	case age > 65:
		price = 600
	}
	if price == 900 && groupSize > 10 {
		price = 700
	}
	if evening {
		price /= 2
	}
	return price
}
