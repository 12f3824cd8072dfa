package work

import (
	"slices"
	"strings"
	"testing"

	"judge/runner/internal/wire"
)

// everything is a package with all that can cross.
const everything = `package shop

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"math/big"
	"os"
	"sort"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var ErrEmpty = errors.New("empty")

type LimitError struct{ Limit int }

func (e *LimitError) Error() string { return fmt.Sprint("over ", e.Limit) }

// Kind is numbered as one likes.
type Kind int

const (
	Sour Kind = iota + 7
	Sweet
)

func (k Kind) String() string { return [...]string{"sour", "sweet"}[k-Sour] }

const Most = 3

var Prices = map[string]float64{"apple": 0.5}

func Taste(name string) Kind {
	if name == "lemon" {
		return Sour
	}
	return Sweet
}

type Item struct {
	Name  string
	Price float64
	Tags  []string
}

func (i *Item) Rename(name string) { i.Name = name }
func (i Item) Total(n int) float64 { return i.Price * float64(n) }

// Purse has a zero value that is of use to many at once.
type Purse struct{ coins atomic.Int64 }

func (p *Purse) Put()       { p.coins.Add(1) }
func (p *Purse) Coins() int { return int(p.coins.Load()) }

// Basket keeps state of its own.
type Basket struct {
	items []Item
	next  *Basket
}

func NewBasket() *Basket                { return &Basket{} }
func (b *Basket) Add(i Item) error {
	if len(b.items) == Most {
		return fmt.Errorf("adding: %w", &LimitError{Most})
	}
	b.items = append(b.items, i)
	return nil
}
func (b *Basket) Items() []Item         { return b.items }
func (b *Basket) Take() (Item, error) {
	if len(b.items) == 0 {
		return Item{}, ErrEmpty
	}
	i := b.items[0]
	b.items = b.items[1:]
	return i, nil
}
func (b *Basket) Self() *Basket         { return b }
func Merge(a, b *Basket) int            { return len(a.items) + len(b.items) }

// Clock is compared.
type Clock struct{ minutes int }

func At(h, m int) Clock               { return Clock{(h*60 + m) % 1440} }
func (c Clock) Add(m int) Clock       { return Clock{(c.minutes + m) % 1440} }
func (c *Clock) Tick()                { c.minutes++ }
func (c Clock) String() string        { return fmt.Sprintf("%02d:%02d", c.minutes/60, c.minutes%60) }

func SortInPlace(list []int)                 { sort.Ints(list) }
func Count(m map[rune]int, s string)         { for _, r := range s { m[r]++ } }
func Bump(p *int)                            { *p++ }
func Sum(list ...int) (sum int)              { for _, n := range list { sum += n }; return }
func Grid(n int) [][]bool                    { g := make([][]bool, n); for i := range g { g[i] = make([]bool, n); g[i][i] = true }; return g }
func Nothing() []int                         { return nil }
func Later(t time.Time, d time.Duration) time.Time { return t.Add(d) }
func Power(n *big.Int) *big.Int              { return new(big.Int).Mul(n, n) }
func Fail(err error) error                   { return fmt.Errorf("failed: %w", err) }
func Same(err error) error                   { return err }
func Panic(v int) int                        { return []int{1}[v] }
func Say(s string)                           { fmt.Fprintln(os.Stdout, s) }

// Number is a constraint.
type Number interface{ ~int | ~float64 }

func Total[T Number](list ...T) (sum T)                  { for _, n := range list { sum += n }; return }
func Map[T, U any](list []T, f func(T) U) []U            { var out []U; for _, e := range list { out = append(out, f(e)) }; return out }
func Counter() func() int                                { n := 0; return func() int { n++; return n } }
func Each(n int, yield func(int) bool)                   { for i := range n { if !yield(i) { return } } }
func Numbers(n int) iter.Seq[int]                        { return func(yield func(int) bool) { for i := range n { if !yield(i) { return } } } }

type Stack[T any] struct{ list []T }

func NewStack[T any]() *Stack[T]         { return &Stack[T]{} }
func (s *Stack[T]) Push(e T)             { s.list = append(s.list, e) }
func (s *Stack[E]) Pop() (e E, ok bool)  { if len(s.list) == 0 { return e, false }; e = s.list[len(s.list)-1]; s.list = s.list[:len(s.list)-1]; return e, true }

type Pair[K comparable, V any] struct { Key K; Value V }

func Pairs(m map[string]int) (list []Pair[string, int]) { for k, v := range m { list = append(list, Pair[string, int]{k, v}) }; return }

type Greeter interface{ Greet(name string) string }
type polite struct{ title string }

func (p polite) Greet(name string) string { return "Good day, " + p.title + " " + name }
func Polite(title string) Greeter         { return polite{title} }
func Welcome(g Greeter, name string) string { return g.Greet(name) + "!" }

func CountLines(r io.Reader) (n int, err error) {
	buf := make([]byte, 4)
	for {
		k, err := r.Read(buf)
		for _, b := range buf[:k] { if b == '\n' { n++ } }
		if err == io.EOF { return n, nil }
		if err != nil { return n, err }
	}
}
func Print(w io.Writer, words ...string)  { for _, s := range words { fmt.Fprintln(w, s) } }
func Upper(r io.Reader) io.Reader         { b, _ := io.ReadAll(r); return strings.NewReader(strings.ToUpper(string(b))) }
func Flatten(v any) (out []any) {
	if list, ok := v.([]any); ok {
		for _, e := range list { out = append(out, Flatten(e)...) }
		return out
	}
	if v == nil { return nil }
	return []any{v}
}
func Tested() bool                       { return testing.Testing() }
func SetFirst(list []int, v int) []int   { list[0] = v; return list }
func Tail(list []int) []int              { return list[1:] }

func All(a int8, b uint64, c float32, d complex128, e [2]string, f []byte, g bool, r rune) string { return fmt.Sprint(a, b, c, d, e, f, g, r) }
`

const everythingTest = `package shop

import (
	"errors"
	"io"
	"math/big"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestKinds(t *testing.T) {
	if Taste("lemon") != Sour || Taste("pear") != Sweet || Taste("pear").String() != "sweet" {
		t.Fatal(Taste("lemon"), Sour)
	}
	switch Taste("x") {
	case Sour:
		t.Fatal("sour")
	}
	if m := map[Kind]int{Sour: 1, Sweet: 2}; m[Taste("lemon")] != 1 {
		t.Fatal(m)
	}
	if Prices["apple"] != 0.5 {
		t.Fatal(Prices)
	}
}

func TestBasket(t *testing.T) {
	b := NewBasket()
	var zero Basket
	if _, err := zero.Take(); err != ErrEmpty {
		t.Fatal(err)
	}
	for i := 0; i < Most; i++ {
		if err := b.Add(Item{Name: "apple", Price: 2, Tags: []string{"red"}}); err != nil {
			t.Fatal(err)
		}
	}
	err := b.Add(Item{})
	var limit *LimitError
	if !errors.As(err, &limit) || limit.Limit != 3 || err.Error() != "adding: over 3" || errors.Is(err, ErrEmpty) {
		t.Fatal(err)
	}
	if len(b.Items()) != 3 || !reflect.DeepEqual(b.Items()[0], Item{"apple", 2, []string{"red"}}) {
		t.Fatal(b.Items())
	}
	if b.Self() != b || Merge(b, &zero) != 3 || Merge(b, b.Self()) != 6 {
		t.Fatal("not itself")
	}
	own := &Basket{}
	if own.Add(Item{}); own.Self() != own || len(own.Items()) != 1 {
		t.Fatal("own")
	}
	i := Item{Name: "a", Price: 1.5}
	if i.Rename("b"); i.Name != "b" || i.Total(2) != 3 {
		t.Fatal(i)
	}
}

func TestClock(t *testing.T) {
	if At(1, 0) != At(25, 0) || At(1, 0) == At(2, 0) || At(1, 0).Add(60) != At(2, 0) || At(8, 5).String() != "08:05" {
		t.Fatal(At(1, 0))
	}
	c := At(0, 0)
	if c.Tick(); c != At(0, 1) {
		t.Fatal(c)
	}
}

func TestPlain(t *testing.T) {
	list := []int{3, 1, 2}
	if SortInPlace(list); !reflect.DeepEqual(list, []int{1, 2, 3}) {
		t.Fatal(list)
	}
	m := map[rune]int{'x': 1}
	if Count(m, "xä"); m['x'] != 2 || m['ä'] != 1 {
		t.Fatal(m)
	}
	n := 1
	if Bump(&n); n != 2 || Sum() != 0 || Sum(1, 2, 3) != 6 || Nothing() != nil {
		t.Fatal(n)
	}
	if g := Grid(2); !g[1][1] || g[0][1] {
		t.Fatal(g)
	}
	if got := All(-1, 1<<63, 0.1, 2i, [2]string{"a", "b"}, []byte{1, 255}, true, 'ä'); got != "-1 9223372036854775808 0.1 (0+2i) [a b] [1 255] true 228" {
		t.Fatal(got)
	}
	at := time.Date(2024, 2, 29, 12, 0, 0, 5, time.UTC)
	if got := Later(at, time.Hour); !got.Equal(at.Add(time.Hour)) || got.Location() != time.UTC || got != at.Add(time.Hour) {
		t.Fatal(got)
	}
	if got := Power(big.NewInt(-12)); got.Cmp(big.NewInt(144)) != 0 {
		t.Fatal(got)
	}
}

func TestErrors(t *testing.T) {
	if err := Fail(io.EOF); !errors.Is(err, io.EOF) || err.Error() != "failed: EOF" {
		t.Fatal(err)
	}
	own := errors.New("own")
	if Same(own) != own || Same(nil) != nil || !errors.Is(Fail(ErrEmpty), ErrEmpty) {
		t.Fatal(Same(own))
	}
}

func TestPanics(t *testing.T) {
	defer func() {
		err, ok := recover().(error)
		if !ok || !strings.Contains(err.Error(), "index out of range [5]") {
			t.Fatal(err)
		}
	}()
	Panic(5)
}

func TestFunctions(t *testing.T) {
	if got := Map([]int{1, 2}, func(n int) string { return strings.Repeat("x", n) }); !reflect.DeepEqual(got, []string{"x", "xx"}) {
		t.Fatal(got)
	}
	if got := Map([]string{"a"}, func(s string) int { return len(s) }); len(got) != 1 || got[0] != 1 {
		t.Fatal(got)
	}
	next := Counter()
	if next(); next() != 2 {
		t.Fatal("not a counter")
	}
	var seen []int
	Each(10, func(i int) bool { seen = append(seen, i); return i < 2 })
	for i := range Numbers(5) {
		if i == 3 {
			break
		}
		seen = append(seen, i)
	}
	if !reflect.DeepEqual(seen, []int{0, 1, 2, 0, 1, 2}) {
		t.Fatal(seen)
	}
	defer func() {
		if recover() != "from the test" {
			t.Fatal("another panic")
		}
	}()
	Each(1, func(int) bool { panic("from the test") })
}

func TestGeneric(t *testing.T) {
	if Total(1, 2) != 3 || Total(0.5) != 0.5 || Total[int]() != 0 {
		t.Fatal(Total(1, 2))
	}
	s, words := NewStack[int](), NewStack[string]()
	s.Push(4)
	words.Push("a")
	n, ok := s.Pop()
	if _, more := s.Pop(); n != 4 || !ok || more {
		t.Fatal(n, ok)
	}
	if w, _ := words.Pop(); w != "a" {
		t.Fatal(w)
	}
	if got := Pairs(map[string]int{"a": 1}); got[0] != (Pair[string, int]{"a", 1}) {
		t.Fatal(got)
	}
}

type shout struct{}

func (shout) Greet(name string) string { return strings.ToUpper(name) }

func TestInterfaces(t *testing.T) {
	p := Polite("Dr")
	if Welcome(shout{}, "ann") != "ANN!" || Welcome(p, "Ann") != "Good day, Dr Ann!" || p.Greet("Bo") != "Good day, Dr Bo" {
		t.Fatal(Welcome(p, "Ann"))
	}
	if n, err := CountLines(strings.NewReader("a\nbc\ndefgh\n")); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	var b strings.Builder
	if Print(&b, "x", "y"); b.String() != "x\ny\n" {
		t.Fatal(b.String())
	}
	if up, err := io.ReadAll(Upper(strings.NewReader("loud"))); string(up) != "LOUD" || err != nil {
		t.Fatal(up, err)
	}
	if got := Flatten([]any{1, []any{"a", nil, []any{2.5}}, true}); !reflect.DeepEqual(got, []any{1, "a", 2.5, true}) {
		t.Fatal(got)
	}
}

func TestParts(t *testing.T) {
	list := []int{1, 2, 3}
	if got := SetFirst(list, 9); &got[0] != &list[0] || list[0] != 9 {
		t.Fatal(got, list)
	}
	if Tested() {
		t.Fatal("the solution is not a test")
	}
	if got := Tail(list); &got[0] != &list[1] || len(got) != 2 {
		t.Fatal(got)
	}
}

func TestSays(t *testing.T) { Say("hello") }

// Which of the first calls arrives first is chance.
func TestFirstAtOnce(t *testing.T) {
	for i := 0; i < 50; i++ {
		var p Purse
		var wait sync.WaitGroup
		for j := 0; j < 20; j++ {
			wait.Add(1)
			go func() {
				defer wait.Done()
				p.Put()
			}()
		}
		wait.Wait()
		if p.Coins() != 20 {
			t.Fatal(p.Coins())
		}
	}
}

func TestAtOnce(t *testing.T) {
	var wait sync.WaitGroup
	for i := 0; i < 50; i++ {
		wait.Add(1)
		go func(n int) {
			defer wait.Done()
			if Sum(n, n) != 2*n {
				t.Error(n)
			}
		}(i)
	}
	wait.Wait()
}
`

// queue blocks who takes until somebody puts: both are calls of the tests.
const queue = `package queue

type Queue struct{ list chan int }

func New() *Queue           { return &Queue{make(chan int, 1)} }
func (q *Queue) Put(n int)  { q.list <- n }
func (q *Queue) Take() int  { return <-q.list }
`

const queueTest = `package queue

import (
	"testing"
	"time"
)

func TestQueue(t *testing.T) {
	q, taken := New(), make(chan int)
	go func() { taken <- q.Take() }()
	go func() { time.Sleep(300 * time.Millisecond); q.Put(3) }()
	if n := <-taken; n != 3 {
		t.Error(n)
	}
}
`

const boxes = `package box

type Box interface{ Number() int }

func Open(b Box) int { return b.Number() }

func What(v any) int {
	if b, ok := v.(Box); ok {
		return b.Number()
	}
	return 0
}
`

// mapSet is a package whose tests look into a map by its methods alone; structSet is the same with
// a struct.
const mapSet = `package set

import "time"

type Set map[string]bool

func New() Set             { return Set{} }
func (s Set) Add(k string) { s[k] = true }
func (s Set) Size() int    { return len(s) }

func Summer() time.Time { return time.Date(2026, 1, 1, 12, 0, 0, 0, time.FixedZone("CET", 7200)) }
func Noon() time.Time   { return time.Date(2026, 1, 1, 12, 0, 0, 0, time.FixedZone("", 7200)) }
`

const structSet = `package set

import "time"

type Set struct{ keys *[]string }

func New() Set { return Set{new([]string)} }
func (s Set) Add(k string) {
	for _, o := range *s.keys {
		if o == k {
			return
		}
	}
	*s.keys = append(*s.keys, k)
}
func (s Set) Size() int { return len(*s.keys) }

func Summer() time.Time { return time.Date(2026, 1, 1, 12, 0, 0, 0, time.FixedZone("CET", 7200)) }
func Noon() time.Time   { return time.Date(2026, 1, 1, 12, 0, 0, 0, time.FixedZone("", 7200)) }
`

const setTest = `package set

import (
	"reflect"
	"testing"
)

func TestSet(t *testing.T) {
	s := New()
	s.Add("a")
	s.Add("a")
	s.Add("b")
	if s.Size() != 2 || New().Size() != 0 {
		t.Errorf("%v has %d", s, s.Size())
	}
}

func TestZones(t *testing.T) {
	if Summer().Hour() != 12 || Noon().Hour() != 12 {
		t.Errorf("%v, %v", Summer(), Noon())
	}
}

func BenchmarkSet(b *testing.B) {
	if !reflect.DeepEqual(New(), Set{}) {
		b.Fail()
	}
}
`

func TestIsolated(t *testing.T) {
	const first = "package leap\n\nimport \"testing\"\n\n"
	leap := files("leap.go", goodLeap)
	for _, c := range []struct {
		name string
		job  wire.Message
		want string
	}{
		{"everything", wire.Message{Module: "shop", Reference: files("shop.go", everything), Solution: files("shop.go", everything), Tests: files("shop_test.go", everythingTest)},
			"pass TestAtOnce\npass TestBasket"},
		{"accepted", wire.Message{Solution: leap}, "pass TestLeap\n"},
		{"wrong", wire.Message{Solution: files("leap.go", badLeap)}, "fail TestLeap\n"},
		{"another type", wire.Message{Solution: files("leap.go", "package leap\n\nfunc IsLeap(y int64) bool { return true }\n")},
			"no build, solution \nleap.go:3:6 IsLeap must be `func(int) bool`, yours is `func(y int64) bool`\n"},
		{"missing", wire.Message{Solution: files("leap.go", "package leap\n")},
			"no build, solution \n:0:0 IsLeap is missing: the tests use it, as `func(int) bool`\n"},
		{"does not compile", wire.Message{Solution: files("leap.go", "package leap\n\nfunc IsLeap(y int) bool { return y }\n")},
			"no build, solution \nleap.go:3:34 cannot use y"},
		{"names of ours", wire.Message{Solution: files("leap.go", goodLeap+"\nfunc judgePut0() {}\n\ntype solution int\n")}, "pass TestLeap\n"},
		{"names of Go", wire.Message{Solution: files("leap.go", goodLeap+"\nfunc len([]byte) int { return 1 }\n\nvar nil = 1\n\ntype uint64 int8\n")}, "pass TestLeap\n"},
		{"a channel both ways", wire.Message{Solution: leap, Tests: files("c_test.go", first+"func TestC(t *testing.T) {\n\tc := make(chan int)\n\tgo C(c)\n\tc <- 1\n\t<-c\n}\n"),
			Reference: files("leap.go", "package leap\n\nfunc C(c chan int) { c <- <-c }\n")},
			"no build, tests \nc_test.go:7:5 these tests cannot be isolated: C: the tests both send to and receive from channels of int"},
		{"not exported", wire.Message{Solution: files("leap.go", "package leap\n\nfunc u(int) {}\n"), Tests: files("u_test.go", first+"func TestU(t *testing.T) { u() }\n"),
			Reference: files("leap.go", "package leap\n\nfunc u() {}\n")},
			"no build, solution \nleap.go:3:6 u must be `func()`, yours is `func(int)`\n"},
		{"a name that is taken", wire.Message{Solution: files("leap.go", "package leap\n\nfunc u() {}\nfunc judgeCall() {}\n"), Tests: files("u_test.go", first+"func TestU(t *testing.T) { u() }\n"),
			Reference: files("leap.go", "package leap\n\nfunc u() {}\n")},
			"no build, solution \nleap.go:4:6 judgeCall cannot be declared by the package"},
		{"assigned", wire.Message{Solution: leap, Tests: files("v_test.go", first+"func TestV(t *testing.T) { V = 2 }\n"),
			Reference: files("leap.go", "package leap\n\nvar V = 1\n")},
			"no build, tests \nv_test.go:5:28 these tests cannot be isolated: the tests assign to V"},
		{"synctest", wire.Message{Solution: leap, Tests: files("s_test.go", "package leap\n\nimport (\n\t\"testing\"\n\t\"testing/synctest\"\n)\n\nfunc TestS(t *testing.T) { synctest.Test(t, func(t *testing.T) { IsLeap(4) }) }\n")},
			"no build, tests \ns_test.go:8:37 these tests cannot be isolated: synctest.Test has a clock and a scheduler of one process"},
		{"a garbage collection", wire.Message{Solution: leap, Tests: files("g_test.go", "package leap\n\nimport (\n\t\"runtime\"\n\t\"testing\"\n)\n\nfunc BenchmarkG(b *testing.B) { runtime.GC() }\n\nfunc TestG(t *testing.T) { IsLeap(4); runtime.GC() }\n")},
			"no build, tests \ng_test.go:10:47 these tests cannot be isolated: runtime.GC is about the process that calls it"},
		{"an interface in an any", wire.Message{Module: "box", Reference: files("box.go", boxes), Solution: files("box.go", boxes),
			Tests: files("box_test.go", "package box\n\nimport \"testing\"\n\ntype mine struct{}\n\nfunc (mine) Number() int { return 3 }\n\nfunc TestBox(t *testing.T) {\n\tif Open(mine{}) != 3 || What(mine{}) != 3 || What(3) != 0 {\n\t\tt.Fail()\n\t}\n}\n")},
			"pass TestBox\n"},
		{"blocked for a while", wire.Message{Module: "queue", Reference: files("queue.go", queue), Solution: files("queue.go", queue), Tests: files("queue_test.go", queueTest)},
			"pass TestQueue\n"},
		{"blocked for ever", wire.Message{Module: "queue", Reference: files("queue.go", queue),
			Solution: files("queue.go", strings.Replace(queue, "q.list <- n", "", 1)), Tests: files("queue_test.go", queueTest)},
			"error TestQueue [fatal error: all goroutines are asleep - deadlock!"},
		{"a struct in place of a map", wire.Message{Module: "set", Reference: files("set.go", mapSet), Solution: files("set.go", structSet), Tests: files("set_test.go", setTest)},
			"pass TestSet\npass TestZones\n"},
		{"a map looked into", wire.Message{Module: "set", Reference: files("set.go", mapSet), Solution: files("set.go", structSet),
			Tests: files("set_test.go", setTest+"\nfunc TestLen(t *testing.T) { _ = len(New()) }\n")},
			"no build, solution \nset.go:5:6 Set must be `type Set map[string]bool`"},
		{"a broken reference", wire.Message{Solution: leap, Reference: files("leap.go", "package leap\n\nfunc IsLeap() {}\n")},
			"no build, tests \n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := c.job
			m.Kind = "unit"
			if m.Reference == nil {
				m.Reference = leap
			}
			if m.Tests == nil {
				m.Tests = files("leap_test.go", leapTest)
			}
			facts, _, replace := do(t, &m)
			lines := strings.Split(tell(facts), "\n")
			if !strings.HasPrefix(c.want, "no build") {
				slices.Sort(lines)
				lines = slices.DeleteFunc(lines, func(s string) bool { return s == "" })
			}
			if got := strings.Join(lines, "\n"); !strings.HasPrefix(got, c.want) && !strings.Contains(got, c.want) || replace != "" ||
				c.name == "everything" && strings.Count(got, "pass Test") != 13 {
				for _, r := range facts.Runs {
					t.Logf("%s: %s", r.Name, r.Stderr)
				}
				t.Errorf("got\n%s\nwant\n%s\n%s", got, c.want, replace)
			}
		})
	}
}

// A server beside the package saves a compile; without its other form it has to do.
func TestBeside(t *testing.T) {
	for _, c := range []struct{ name, module, solution, tests string }{
		{"everything", "shop", everything, everythingTest},
		{"little", "leap", goodLeap, leapTest},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := wire.Message{Kind: "unit", Module: c.module, Reference: files(c.module+".go", c.solution), Solution: files(c.module+".go", c.solution),
				Tests: files(c.module+"_test.go", c.tests)}
			do(t, &m)
			for _, p := range judge.prepared {
				source := p.Source
				p.Source = nil
				defer func() { p.Source = source }()
			}
			facts, _, _ := do(t, &m)
			if got := tell(facts); !facts.Build.OK || !strings.Contains(got, "pass Test") {
				t.Error(got)
			}
		})
	}
}
