// Package machine sells snacks.
package machine

import "slices"

// Machine is a vending machine.
type Machine struct {
	balance int
	items   map[string]item
}

type item struct {
	price, count int
}

// New returns an empty machine.
func New() *Machine {
	return &Machine{items: map[string]item{}}
}

// Stock puts count more of name into the machine and sets its price in cents.
func (m *Machine) Stock(name string, price, count int) {
	m.items[name] = item{price, m.items[name].count + count}
}

// Insert takes a coin of a known value; others fall through.
func (m *Machine) Insert(cents int) {
	if slices.Contains(coins, cents) {
		m.balance += cents
	}
}

// Balance returns what was inserted and not yet spent or given back.
func (m *Machine) Balance() int {
	return m.balance
}

// Buy sells one item, if it can.
func (m *Machine) Buy(name string) bool {
	found := m.items[name]
	if found.count == 0 || m.balance < found.price {
		return false
	}
	m.balance -= found.price
	found.count--
	m.items[name] = found
	return true
}

// Cancel gives the balance back as coins.
func (m *Machine) Cancel() []int {
	back := Change(m.balance)
	m.balance = 0
	return back
}
