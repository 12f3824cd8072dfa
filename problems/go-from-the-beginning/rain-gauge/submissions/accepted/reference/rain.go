// Package rain answers questions about rain.
package rain

// Wettest returns the index of the wettest day, the first among equals.
// ok is false where there are no days.
func Wettest(mm []int) (day int, ok bool) {
	if len(mm) == 0 {
		return 0, false
	}
	for i := range mm {
		if mm[i] > mm[day] {
			day = i
		}
	}
	return day, true
}

// Averages returns the average of every run of window days.
func Averages(mm []int, window int) []float64 {
	if window < 1 {
		return nil
	}
	var averages []float64
	for start := 0; start+window <= len(mm); start++ {
		sum := 0
		for _, day := range mm[start : start+window] {
			sum += day
		}
		averages = append(averages, float64(sum)/float64(window))
	}
	return averages
}
