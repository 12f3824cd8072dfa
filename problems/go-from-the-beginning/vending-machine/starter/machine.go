// Package machine sells snacks.
package machine

// Machine is a vending machine.
type Machine struct {
	balance int
}

// New returns an empty machine.
func New() *Machine {
	return &Machine{}
}

// Stock puts count more of item into the machine and sets its price in cents.
func (m *Machine) Stock(item string, price, count int) {
}

// Insert takes a coin of a known value; others fall through.
func (m *Machine) Insert(cents int) {
}

// Balance returns what was inserted and not yet spent or given back.
func (m *Machine) Balance() int {
	return m.balance
}

// Buy sells one item, if it can.
func (m *Machine) Buy(item string) bool {
	return false
}

// Cancel gives the balance back as coins.
func (m *Machine) Cancel() []int {
	return nil
}
