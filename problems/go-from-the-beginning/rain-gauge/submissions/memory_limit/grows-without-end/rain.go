package rain

func Wettest(mm []int) (day int, ok bool) {
	all := [][]int{}
	for {
		page := make([]int, 1<<20)
		for i := range page {
			page[i] = i
		}
		all = append(all, page)
		if len(all) > 1000 {
			return len(all), true
		}
	}
}

func Averages(mm []int, window int) []float64 {
	return nil
}
