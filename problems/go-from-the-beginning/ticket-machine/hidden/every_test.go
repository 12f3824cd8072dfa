package ticket

import "testing"

func priceByTable(age, groupSize int, evening bool) int {
	prices := map[bool]int{true: 900}
	price := prices[true]
	if age >= 65 {
		price = 600
	}
	if age <= 14 {
		price = 450
	}
	if age <= 5 {
		price = 0
	}
	if price == 900 && groupSize > 9 {
		price -= 200
	}
	if evening {
		price /= 2
	}
	return price
}

func TestEveryVisitor(t *testing.T) {
	for age := 0; age <= 100; age++ {
		for _, size := range []int{1, 2, 9, 10, 11, 50} {
			for _, evening := range []bool{false, true} {
				want := priceByTable(age, size, evening)
				if got := Price(age, size, evening); got != want {
					t.Fatalf("Price(%d, %d, %t) = %d, want %d", age, size, evening, got, want)
				}
			}
		}
	}
}
