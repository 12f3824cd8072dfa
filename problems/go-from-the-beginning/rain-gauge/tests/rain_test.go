package rain

import (
	"fmt"
	"slices"
	"testing"
)

func TestWettest(t *testing.T) {
	cases := []struct {
		mm  []int
		day int
		ok  bool
	}{
		{[]int{3, 9, 4}, 1, true},
		{[]int{3, 9, 9}, 1, true},
		{[]int{5}, 0, true},
		{[]int{0, 0}, 0, true},
		{nil, 0, false},
	}
	for _, c := range cases {
		day, ok := Wettest(c.mm)
		if ok != c.ok || (ok && day != c.day) {
			t.Errorf("Wettest(%v) = %d, %t, want %d, %t", c.mm, day, ok, c.day, c.ok)
		}
	}
}

func TestAverages(t *testing.T) {
	cases := []struct {
		mm     []int
		window int
		want   []float64
	}{
		{[]int{2, 4, 6, 8}, 2, []float64{3, 5, 7}},
		{[]int{1, 2}, 2, []float64{1.5}},
		{[]int{7, 1}, 1, []float64{7, 1}},
		{[]int{1, 2}, 3, nil},
		{[]int{1, 2}, 0, nil},
	}
	for _, c := range cases {
		if got := Averages(c.mm, c.window); !slices.Equal(got, c.want) {
			t.Errorf("Averages(%v, %d) = %v, want %v", c.mm, c.window, got, c.want)
		}
	}
}

func TestInputUnchanged(t *testing.T) {
	mm := []int{9, 1, 5, 3}
	Wettest(mm)
	Averages(mm, 2)
	if want := []int{9, 1, 5, 3}; !slices.Equal(mm, want) {
		t.Errorf("after the calls the days are %v, want %v as before", mm, want)
	}
}

func ExampleAverages() {
	fmt.Println(Averages([]int{10, 20, 0, 0}, 4))
	// Output: [7.5]
}
