package rain

func Wettest(mm []int) (day int, ok bool) {
	for i := range mm {
		if mm[i] >= mm[day] {
			day = i
		}
	}
	return day, len(mm) > 0
}

func Averages(mm []int, window int) []float64 {
	var averages []float64
	for start := 0; window > 0 && start+window <= len(mm); start++ {
		sum := 0
		for _, day := range mm[start : start+window] {
			sum += day
		}
		averages = append(averages, float64(sum/window))
	}
	return averages
}
