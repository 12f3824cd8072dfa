package rain

func Wettest(mm []int) (day int, ok bool) {
	best := mm[0]
	for i, v := range mm {
		if v > best {
			best, day = v, i
		}
	}
	return day, true
}

func Averages(mm []int, window int) []float64 {
	return nil
}
