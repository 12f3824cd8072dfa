package tip

func Tip(cents, percent int) int {
	nobody := 0
	return cents * percent / nobody
}

func Share(cents, percent, people int) (each, rest int) {
	return Tip(cents, percent), 0
}
