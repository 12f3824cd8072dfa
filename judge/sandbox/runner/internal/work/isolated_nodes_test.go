package work

import (
	"slices"
	"strings"
	"testing"

	"judge/runner/internal/wire"
)

// linked is a package whose structs point to each other.
const linked = `package nodes

type Node struct {
	Value int
	Tags  []string
	Next  *Node
}

var first, second = &Node{Value: 1}, &Node{Value: 2}

func First() *Node          { first.Next = second; return first }
func Second() *Node         { return second }
func Next(n *Node) *Node    { return n.Next }
func Is(a, b *Node) bool    { return a == b }
func IsFirst(a *Node) bool  { return a == first }
func Value() int            { return first.Value }
func Set(v int)             { first.Value = v }
func Tag(n *Node, s string) { n.Tags = append(n.Tags, s) }
func Reverse(n *Node) *Node {
	var prev *Node
	for n != nil {
		n.Next, prev, n = prev, n, n.Next
	}
	return prev
}
func Index() map[*Node]string { return map[*Node]string{first: "f", second: "s"} }
func Named() map[string]*Node { return map[string]*Node{"b": first, "a": second, "c": first} }
func Push(head **Node, v int) { *head = &Node{Value: v, Next: *head} }
func Any() any                { return first }
func Nil() *Node              { return nil }
func Fresh() *Node            { return &Node{} }
func Append(list []string, s string) []string { return append(list, s) }
func Len(n *Node) (k int) {
	for ; n != nil; n = n.Next {
		k++
	}
	return
}

type Tree struct {
	L, R *Tree
	Key  int
}

func (t *Tree) Insert(k int) *Tree {
	if t == nil {
		return &Tree{Key: k}
	}
	if k < t.Key {
		t.L = t.L.Insert(k)
	} else {
		t.R = t.R.Insert(k)
	}
	return t
}

func Ring() *Node {
	a := &Node{Value: 1}
	a.Next = &Node{Value: 2, Next: a}
	return a
}
`

const linkedTest = `package nodes_test

import (
	. "nodes"
	"testing"
)

func TestIdentity(t *testing.T) {
	a, b := First(), Second()
	if a.Next != b || a != First() || Next(a) != b || Any() != any(a) {
		t.Error("next")
	}
	if !Is(a, a) || Is(a, b) || !IsFirst(a) || IsFirst(&Node{Value: 1}) {
		t.Error("is")
	}
	if m := Index(); m[a] != "f" || m[b] != "s" {
		t.Error("map", m)
	}
	if m := Named(); m["b"] != a || m["a"] != b || m["c"] != m["b"] {
		t.Error("named")
	}
	if Nil() != nil || Fresh() == Fresh() {
		t.Error("nil")
	}
}

func TestSync(t *testing.T) {
	a := First()
	a.Value = 7
	if First().Value != 7 || Value() != 7 {
		t.Error("tests' change", Value())
	}
	Set(9)
	if First() != a || a.Value != 9 {
		t.Error("solution's change", a.Value)
	}
	Set(10)
	if !IsFirst(a) || Value() != 10 {
		t.Error("stale", Value(), a.Value)
	}
	Tag(a, "x")
	Tag(a, "y")
	if len(a.Tags) != 2 || a.Tags[1] != "y" {
		t.Error(a.Tags)
	}
}

func TestRoom(t *testing.T) {
	all := []string{"a", "b", "c", "d", "e"}
	got := Append(all[:2], "x")
	if all[2] != "x" || len(got) != 3 || cap(got) != 5 || &got[0] != &all[0] || all[3] != "d" {
		t.Error(all, got, cap(got))
	}
	if got := Append(all, "y"); &got[0] == &all[0] || len(got) != 6 || len(Append(nil, "z")) != 1 {
		t.Error(got)
	}
}

func TestReverse(t *testing.T) {
	c := &Node{Value: 3}
	b := &Node{Value: 2, Next: c}
	a := &Node{Value: 1, Next: b}
	if r := Reverse(a); r != c || c.Next != b || b.Next != a || a.Next != nil {
		t.Error("reverse", r == c)
	}
	var head *Node
	Push(&head, 1)
	one := head
	Push(&head, 2)
	if head.Next != one || Len(head) != 2 {
		t.Error("push")
	}
	var long *Node
	for i := range 100000 {
		long = &Node{Value: i, Next: long}
	}
	if Len(long) != 100000 {
		t.Error("long")
	}
	var tree *Tree
	for k := range 200 {
		tree = tree.Insert(k * 7919 % 211)
	}
	n := 0
	var walk func(t *Tree)
	walk = func(t *Tree) {
		if t != nil {
			walk(t.L)
			n++
			walk(t.R)
		}
	}
	walk(tree)
	if n != 200 {
		t.Error(n)
	}
}
`

const apartTest = `package nodes_test

import (
	"testing"

	. "nodes"
)

func TestRing(t *testing.T) {
	t.Parallel()
	a := Ring()
	if a.Next.Next != a || a.Next == a {
		t.Error("no ring")
	}
	seen := map[*Node]bool{}
	for p := a; !seen[p]; p = p.Next {
		seen[p] = true
	}
	if len(seen) != 2 {
		t.Error(len(seen))
	}
}
`

const wrapped = `package errs

import (
	"errors"
	"fmt"
	"io"
)

var ErrEnd = io.EOF
var ErrBase = errors.New("base")
var ErrSpecial = fmt.Errorf("special: %w", ErrBase)
var ErrOld = ErrBase

type Typed struct{ Code int }

func (t *Typed) Error() string { return "typed" }
func End() error               { return io.EOF }
func Base() error              { return ErrBase }
func Wrap() error              { return fmt.Errorf("w: %w", ErrBase) }
func Twice() error             { return fmt.Errorf("x: %w", Wrap()) }
func Joined() error            { return errors.Join(ErrBase, io.EOF) }
func WrapTyped() error         { return fmt.Errorf("t: %w", &Typed{4}) }
func Around(err error) error   { return fmt.Errorf("a: %w", err) }
`

const wrappedTest = `package errs_test

import (
	"errors"
	. "errs"
	"io"
	"testing"
)

func TestAliases(t *testing.T) {
	if ErrEnd != io.EOF || End() != ErrEnd || End() != io.EOF || ErrOld != ErrBase || Base() != ErrOld {
		t.Error("alias")
	}
	if !errors.Is(ErrSpecial, ErrBase) || errors.Is(ErrBase, ErrSpecial) || ErrSpecial == ErrBase || errors.Is(ErrSpecial, io.EOF) {
		t.Error("special")
	}
}
func TestUnwrap(t *testing.T) {
	if errors.Unwrap(Wrap()) != ErrBase || errors.Unwrap(errors.Unwrap(Twice())) != ErrBase || errors.Unwrap(Joined()) != nil || errors.Unwrap(Base()) != nil {
		t.Error("unwrap", errors.Unwrap(Wrap()))
	}
	if errors.Unwrap(Twice()).Error() != "w: base" || !errors.Is(Twice(), ErrBase) || errors.Is(Twice(), io.EOF) || !errors.Is(Joined(), io.EOF) {
		t.Error("twice")
	}
	var e *Typed
	if !errors.As(WrapTyped(), &e) || e.Code != 4 {
		t.Error("as", e)
	}
	if _, ok := errors.Unwrap(WrapTyped()).(*Typed); !ok {
		t.Error("typed")
	}
	mine := errors.New("mine")
	if errors.Unwrap(Around(mine)) != mine || !errors.Is(Around(Around(mine)), mine) {
		t.Error("mine")
	}
}
`

func TestErrorVariablesInIsolatedTests(t *testing.T) {
	facts, _, _ := do(t, &wire.Message{Kind: "unit", Module: "errs", Reference: files("a.go", wrapped), Solution: files("a.go", wrapped),
		Tests: files("a_test.go", wrappedTest)})
	lines := strings.Split(strings.TrimSpace(tell(facts)), "\n")
	slices.Sort(lines)
	if got := strings.Join(lines, "\n"); !strings.Contains(got, "pass TestAliases\npass TestUnwrap") {
		t.Error(got)
	}
}

func TestPointersInIsolatedTests(t *testing.T) {
	for _, c := range []struct{ name, reference, solution, tests, want string }{
		{"of several calls", linked, linked, linkedTest, "pass TestIdentity\npass TestReverse\npass TestRoom\npass TestSync"},
		{"copies in their place", linked, strings.Replace(linked, "func Second() *Node         { return second }", "func Second() *Node { c := *second; return &c }", 1), linkedTest,
			"fail TestIdentity [a_test.go:11: next"},
		{"of one call", linked, linked, apartTest, "pass TestRing"},
		{"of several calls, in parallel", linked, linked, apartTest + "\nfunc TestMore(t *testing.T) {\n\tif First() != First() {\n\t\tt.Fail()\n\t}\n}\n",
			"a_test.go:25:16 these tests cannot be isolated: the tests compare pointers to Node that come out of several calls"},
	} {
		t.Run(c.name, func(t *testing.T) {
			facts, _, _ := do(t, &wire.Message{Kind: "unit", Module: "nodes", Reference: files("a.go", c.reference), Solution: files("a.go", c.solution),
				Tests: files("a_test.go", c.tests)})
			lines := strings.Split(strings.TrimSpace(tell(facts)), "\n")
			slices.Sort(lines)
			if got := strings.Join(lines, "\n"); !strings.Contains(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}
