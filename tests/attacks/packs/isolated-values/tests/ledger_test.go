package ledger

import (
	"errors"
	"testing"
)

func TestErrors(t *testing.T) {
	for n, want := range map[int]error{-1: ErrSmall, 2000: ErrLarge, 3: ErrOdd} {
		if err := Check(n); !errors.Is(err, want) {
			t.Errorf("Check(%d) = %v, want %v", n, err, want)
		}
	}
	if err := Check(2); err != nil {
		t.Errorf("Check(2) = %v", err)
	}
}

func TestLimit(t *testing.T) {
	var limit *LimitError
	if err := Check(6000); !errors.As(err, &limit) || limit.Limit != 5000 {
		t.Errorf("Check(6000) = %v, want a *LimitError of 5000", err)
	}
}

func TestKinds(t *testing.T) {
	for n, want := range map[int]Kind{1: Small, 50: Middle, 500: Large} {
		if got := KindOf(n); got != want {
			t.Errorf("KindOf(%d) = %v, want %v", n, got, want)
		}
	}
}
