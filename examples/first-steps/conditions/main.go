// Conditions with if and switch
//
// A case ends by itself, without break, and a switch without a value is a tidy row of
// ifs. Notice the variable that lives only as long as its if.
package main

import (
	"fmt"
	"strconv"
)

func season(month int) string {
	switch month {
	case 12, 1, 2:
		return "winter"
	case 3, 4, 5:
		return "spring"
	case 6, 7, 8:
		return "summer"
	case 9, 10, 11:
		return "autumn"
	default:
		return "no month"
	}
}

func feels(celsius float64) string {
	switch { // the first case that is true
	case celsius < 0:
		return "freezing"
	case celsius < 15:
		return "cool"
	case celsius < 25:
		return "pleasant"
	}
	return "hot"
}

func main() {
	for _, month := range []int{1, 5, 8, 10, 13} {
		fmt.Println("month", month, "is", season(month))
	}
	for _, celsius := range []float64{-3, 14.9, 15, 31} {
		fmt.Println(celsius, "degrees feel", feels(celsius))
	}

	for _, text := range []string{"42", "forty-two"} {
		if number, err := strconv.Atoi(text); err != nil {
			fmt.Printf("%q is no number\n", text)
		} else {
			fmt.Printf("%q is one less than %d\n", text, number+1)
		}
	}
}
