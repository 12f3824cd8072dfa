package many

import (
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"
)

func TestMapAll(t *testing.T) {
	square := func(n int) int { return n * n }
	for _, workers := range []int{1, 2, 5, 100} {
		if got, want := MapAll([]int{1, 2, 3}, workers, square), []int{1, 4, 9}; !slices.Equal(got, want) {
			t.Errorf("MapAll([1 2 3], %d, square) = %v, want %v", workers, got, want)
		}
	}
	if got := MapAll(nil, 3, square); len(got) != 0 {
		t.Errorf("MapAll(nil, 3, square) = %v, want nothing", got)
	}
}

func TestOrder(t *testing.T) {
	items := make([]int, 2000)
	want := make([]string, len(items))
	for i := range items {
		items[i], want[i] = i, strconv.Itoa(i)
	}
	if got := MapAll(items, 8, strconv.Itoa); !slices.Equal(got, want) {
		t.Errorf("the results of 2000 items are not in their order, or some are missing (%d are there)", len(got))
	}
}

func TestAtOnce(t *testing.T) {
	const workers = 4
	var arrived atomic.Int32
	everybody := make(chan bool)
	MapAll(make([]int, workers), workers, func(int) bool {
		if arrived.Add(1) == workers {
			close(everybody)
		}
		select {
		case <-everybody:
		case <-time.After(2 * time.Second):
			t.Errorf("%d calls were expected at once, and only %d came", workers, arrived.Load())
		}
		return true
	})
}
