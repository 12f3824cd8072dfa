package machine

type Machine struct {
	balance int
	prices  map[string]int
	counts  map[string]int
}

func New() *Machine {
	return &Machine{0, map[string]int{}, map[string]int{}}
}

func (m Machine) Stock(item string, price, count int) {
	m.prices[item] = price
	m.counts[item] += count
}

func (m Machine) Insert(cents int) {
	m.balance += cents
}

func (m Machine) Balance() int {
	return m.balance
}

func (m Machine) Buy(item string) bool {
	if m.counts[item] == 0 || m.balance < m.prices[item] {
		return false
	}
	m.balance -= m.prices[item]
	m.counts[item]--
	return true
}

func (m Machine) Cancel() []int {
	return Change(m.balance)
}
