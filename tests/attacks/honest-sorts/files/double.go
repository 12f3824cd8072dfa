package double

import "slices"

func Double(n int) int {
	numbers := make([]int, 300_000)
	for i := range numbers {
		numbers[i] = (i * 7919) % 300_007
	}
	slices.Sort(numbers)
	if !slices.IsSorted(numbers) {
		return 0
	}
	return 2 * n
}
