package suite

import (
	"fmt"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

func names(tests []Test) string {
	var list []string
	for _, t := range tests {
		list = append(list, t.Name)
	}
	return strings.Join(list, " ")
}

func TestWhatIsDeclared(t *testing.T) {
	s := Read([]File{
		{Name: "b_test.go", Hidden: true, Text: []byte(`package leap
import "testing"
func TestB(t *testing.T) {}
func Test(t *testing.T) {}
func Testify(t *testing.T) {}
func TestÄ(t *testing.T) {}
func (x T) TestMethod(t *testing.T) {}
func BenchmarkB(b *testing.B) {}
func FuzzB(f *testing.F) {}
func ExampleB() {
	// Output:
}
func ExampleC() { x() }
func helper() { len(""); fmt.Println() }
`)},
		{Name: "a_test.go", Text: []byte(`package leap_test
import . "testing"
func TestMain(m *M) {}
func TestA(t *T) {}
`)},
	})
	for what, pair := range map[string][2]string{
		"tests":    {names(s.Tests), "TestB Test TestÄ TestA"},
		"fuzz":     {names(s.Fuzz), "FuzzB"},
		"examples": {names(s.Examples), "ExampleB"},
		"all":      {names(s.All()), "TestB Test TestÄ TestA FuzzB ExampleB"},
		"package":  {s.Package + s.Main, "leapex"},
		"files":    {fmt.Sprint(s.Internal, s.External), "[b_test.go] [a_test.go]"},
		"hidden":   {fmt.Sprint(s.Tests[0].Hidden, s.Tests[3].Hidden), "true false"},
		"idents":   {fmt.Sprint(s.Idents["len"], s.Idents["fmt"], s.Idents["Println"]), "true true false"},
		"problems": {fmt.Sprint(s.Problems), "[]"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: got %q, want %q", what, pair[0], pair[1])
		}
	}
}

func TestProblemsNameTheirPlace(t *testing.T) {
	for text, want := range map[string]string{
		"package a\nfunc TestA() {}":                               "a_test.go:2:1 wrong signature for TestA, must be: func TestA(t *testing.T)",
		"package a\nfunc TestA[T any](t *testing.T) {}":            "a_test.go:2:1 wrong signature for TestA, test functions cannot have type parameters",
		"package a\nfunc FuzzA(t *testing.T) {}":                   "a_test.go:2:1 wrong signature for FuzzA, must be: func FuzzA(f *testing.F)",
		"package a\nfunc TestMain(m *M) {}\nfunc TestMain(m *M){}": "a_test.go:3:1 multiple definitions of TestMain",
	} {
		s := Read([]File{{Name: "a_test.go", Text: []byte(text)}})
		if len(s.Problems) != 1 {
			t.Fatalf("%s: %v", text, s.Problems)
		}
		p := s.Problems[0]
		if got := fmt.Sprintf("%s:%d:%d %s", p.File, p.Line, p.Column, p.Message); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("package a\nfunc TestA(t *testing.T) {}\nfunc ExampleA() {\n// Output: `\"\n}")
	f.Fuzz(func(t *testing.T, text string) {
		s := Read([]File{{Name: "a_test.go", Text: []byte(text)}})
		if len(s.Problems) > 0 {
			return
		}
		for _, external := range []bool{false, true} {
			if !s.Registers(external) {
				continue
			}
			generated := s.RegisterText("a", external)
			if _, err := parser.ParseFile(token.NewFileSet(), "x.go", generated, 0); err != nil {
				t.Errorf("%v\n%s", err, generated)
			}
		}
	})
}
