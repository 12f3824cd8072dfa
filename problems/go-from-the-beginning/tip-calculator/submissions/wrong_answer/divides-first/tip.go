package tip

func Tip(cents, percent int) int {
	return cents / 100 * percent
}

func Share(cents, percent, people int) (each, rest int) {
	total := cents + Tip(cents, percent)
	return total / people, total % people
}
