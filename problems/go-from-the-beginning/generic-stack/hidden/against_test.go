package stack

import (
	"math/rand/v2"
	"testing"
)

type pair struct {
	name string
	n    int
}

func TestAgainstSlice(t *testing.T) {
	var s Stack[pair]
	var model []pair
	for step := range 20_000 {
		if rand.IntN(3) > 0 {
			p := pair{"step", step}
			s.Push(p)
			model = append(model, p)
		} else {
			got, ok := s.Pop()
			want, wantOK := pair{}, len(model) > 0
			if wantOK {
				want = model[len(model)-1]
				model = model[:len(model)-1]
			}
			if got != want || ok != wantOK {
				t.Fatalf("step %d: Pop() = %v, %t, want %v, %t", step, got, ok, want, wantOK)
			}
		}
		if s.Len() != len(model) {
			t.Fatalf("step %d: Len() = %d, want %d", step, s.Len(), len(model))
		}
	}
}
