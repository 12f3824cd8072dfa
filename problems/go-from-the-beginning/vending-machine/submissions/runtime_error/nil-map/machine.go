package machine

type Machine struct {
	balance int
	prices  map[string]int
}

func New() *Machine { return &Machine{} }

func (m *Machine) Stock(name string, price, count int) { m.prices[name] = price }
func (m *Machine) Insert(cents int)                    { m.balance += cents }
func (m *Machine) Balance() int                        { return m.balance }
func (m *Machine) Buy(name string) bool                { return false }
func (m *Machine) Cancel() []int                       { return Change(m.balance) }
