package machine

type item struct{ price, count int }

type Machine struct {
	balance int
	items   map[string]item
}

func New() *Machine { return &Machine{items: map[string]item{}} }

func (m *Machine) Stock(name string, price, count int) {
	m.items[name].price = price
	m.items[name].count += count
}

func (m *Machine) Insert(cents int)     { m.balance += cents }
func (m *Machine) Balance() int         { return m.balance }
func (m *Machine) Buy(name string) bool { return false }
func (m *Machine) Cancel() []int        { return Change(m.balance) }
