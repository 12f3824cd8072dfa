package ticket

func Price(age, groupSize int, evening bool) int {
	switch {
	case age < 6:
		return 0
	case age < 15:
		return 450
	}
}
