package machine

import (
	"slices"
	"testing"
)

func TestInsert(t *testing.T) {
	m := New()
	for _, coin := range []int{5, 10, 20, 50, 100, 200} {
		m.Insert(coin)
	}
	if got := m.Balance(); got != 385 {
		t.Errorf("after one coin of each kind Balance() = %d, want 385", got)
	}
	for _, coin := range []int{1, 2, 7, 0, -5, 500} {
		m.Insert(coin)
	}
	if got := m.Balance(); got != 385 {
		t.Errorf("after coins that are not taken Balance() = %d, want 385 as before", got)
	}
}

func TestCancel(t *testing.T) {
	m := New()
	m.Insert(50)
	m.Insert(50)
	if got, want := m.Cancel(), []int{100}; !slices.Equal(got, want) {
		t.Errorf("Cancel() = %v, want %v", got, want)
	}
	if got := m.Balance(); got != 0 {
		t.Errorf("after Cancel() the balance is %d, want 0", got)
	}
}

func TestBuy(t *testing.T) {
	m := New()
	m.Stock("nuts", 80, 1)
	m.Stock("tea", 120, 2)
	m.Insert(100)
	if m.Buy("tea") || m.Balance() != 100 {
		t.Errorf("tea for 120 was sold for 100, or the balance changed: %d", m.Balance())
	}
	if m.Buy("cake") {
		t.Error(`Buy("cake") = true, and there is no cake`)
	}
	if !m.Buy("nuts") || m.Balance() != 20 {
		t.Errorf("buying nuts for 80 leaves a balance of %d, want 20", m.Balance())
	}
	m.Insert(100)
	if m.Buy("nuts") || m.Balance() != 120 {
		t.Errorf("the only nuts were sold twice, or the balance changed: %d", m.Balance())
	}
	m.Stock("nuts", 60, 1)
	if !m.Buy("nuts") || m.Balance() != 60 {
		t.Errorf("restocked nuts for 60 leave a balance of %d, want 60", m.Balance())
	}
}

func TestChange(t *testing.T) {
	cases := map[int][]int{
		0:   nil,
		5:   {5},
		85:  {50, 20, 10, 5},
		380: {200, 100, 50, 20, 10},
		400: {200, 200},
	}
	for cents, want := range cases {
		if got := Change(cents); !slices.Equal(got, want) {
			t.Errorf("Change(%d) = %v, want %v", cents, got, want)
		}
	}
}
