package rain

func Wettest(mm []int) (day int, ok bool) {
	return 0, len(mm)
}

func Averages(mm []int, window int) []float64 {
	return mm
}
