package work

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"judge/runner/harness/harnesstest"
	"judge/runner/internal/box"
	"judge/runner/internal/builder"
	"judge/runner/internal/wire"
)

// The tests run real builds and real processes: this test binary is the runner, the
// root file system is made from the toolchain that runs the tests.

var judge *Judge

func TestMain(m *testing.M) {
	if os.Args[0] == box.Stage2Name {
		box.Stage2Main()
		return
	}
	root, err := os.MkdirTemp("", "runner-root-")
	if err == nil {
		err = makeRoot(root)
	}
	if err == nil {
		judge, err = judgeAt(root)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(root)
	os.Exit(code)
}

func judgeAt(root string) (*Judge, error) {
	tc, err := builder.Load(root)
	if err != nil {
		return nil, err
	}
	box.SetSysroot(root)
	if err := box.Setup(filepath.Join(root, "build"), filepath.Join(root, "work")); err != nil {
		return nil, err
	}
	return New(tc), tc.SetStore(filepath.Join(root, "build", "store"))
}

// makeRoot makes what LAYOUT.md describes, with links in the place of copies.
func makeRoot(root string) error {
	overlay := filepath.Join(root, "overlay")
	if err := os.Mkdir(overlay, 0o755); err != nil {
		return err
	}
	archives, err := harnesstest.Archives(overlay, "internal/judgeharness", "internal/judgelink")
	if err != nil {
		return err
	}
	var config bytes.Buffer
	for _, path := range slices.Sorted(maps.Keys(archives)) {
		target := filepath.Join(root, "go", "pkg", path+".a")
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := copyFile(archives[path], target, 0o644); err != nil {
			return err
		}
		fmt.Fprintf(&config, "packagefile %s=/go/pkg/%s.a\n", path, path)
	}
	for _, dir := range []string{"build", "work", "go/tool", "go/include", "go/lib/time"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(root, "go/importcfg"), config.Bytes(), 0o644); err != nil {
		return err
	}
	goroot := runtime.GOROOT()
	for from, to := range map[string]string{"VERSION": "VERSION", "lib/time/zoneinfo.zip": "lib/time/zoneinfo.zip",
		"pkg/include/textflag.h": "include/textflag.h", "pkg/include/funcdata.h": "include/funcdata.h"} {
		if err := copyFile(filepath.Join(goroot, from), filepath.Join(root, "go", to), 0o644); err != nil {
			return err
		}
	}
	for _, tool := range []string{"compile", "link", "asm", "vet"} {
		from := filepath.Join(goroot, "pkg/tool", runtime.GOOS+"_"+runtime.GOARCH, tool)
		if err := copyFile(from, filepath.Join(root, "go/tool", tool), 0o755); err != nil {
			return err
		}
	}
	build := exec.Command("go", "build", "-o", filepath.Join(root, "go/tool/isolate"), "judge/runner/cmd/isolate")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %s", err, out)
	}
	return os.Chmod(root, 0o755)
}

func copyFile(from, to string, mode os.FileMode) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, mode)
}

var limits = wire.Limits{BuildSeconds: 30, BuildMemoryMB: 1024, CPUSeconds: 5, WallSeconds: 15, MemoryMB: 256, OutputKB: 64, CPUs: 2}

// do does a job and fails the test for a fault of ours.
func do(t *testing.T, m *wire.Message) (*wire.Facts, []wire.Event, string) {
	t.Helper()
	return doWith(t, context.Background(), m, NewControl(), nil)
}

func doWith(t *testing.T, ctx context.Context, m *wire.Message, control *Control, on func(wire.Event)) (*wire.Facts, []wire.Event, string) {
	t.Helper()
	if m.Module == "" {
		m.Module = "leap"
	}
	if m.Limits == (wire.Limits{}) {
		m.Limits = limits
	}
	var mu sync.Mutex
	var events []wire.Event
	outcome, err := judge.Do(ctx, m, control, func(e wire.Event) {
		mu.Lock()
		e.Data = slices.Clone(e.Data)
		events = append(events, e)
		mu.Unlock()
		if on != nil {
			on(e)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"build", "work"} {
		entries, err := os.ReadDir(filepath.Join(filepath.Dir(filepath.Dir(filepath.Dir(judge.Toolchain.ZoneInfo()))), "..", dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			if entry.Name() != "store" {
				t.Errorf("%s is left in %s", entry.Name(), dir)
			}
		}
	}
	return outcome.Facts, events, outcome.Replace
}

// files makes Files of name, text pairs.
func files(pairs ...string) wire.Files {
	set := wire.Files{}
	for i := 0; i < len(pairs); i += 2 {
		set[pairs[i]] = []byte(pairs[i+1])
	}
	return set
}

// tell writes facts as lines that tests compare.
func tell(f *wire.Facts) string {
	var b strings.Builder
	for _, d := range f.Rejected {
		fmt.Fprintf(&b, "rejected %s:%d:%d %s\n", d.File, d.Line, d.Column, d.Message)
	}
	if f.Build != nil && !f.Build.OK {
		fmt.Fprintf(&b, "no build, %s %s\n", f.Build.Culprit, f.Build.Limit)
		for _, d := range f.Build.Diagnostics {
			fmt.Fprintf(&b, "%s:%d:%d %s\n", d.File, d.Line, d.Column, d.Message)
		}
	}
	for _, test := range f.Tests {
		fmt.Fprintf(&b, "%s %s", test.Status, test.Name)
		if test.Message != "" {
			fmt.Fprintf(&b, " [%s]", test.Message)
		}
		if test.Output != "" {
			fmt.Fprintf(&b, " {%s}", test.Output)
		}
		b.WriteString("\n")
	}
	for _, run := range f.Runs {
		exit := "none"
		if run.ExitCode != nil {
			exit = fmt.Sprint(*run.ExitCode)
		}
		fmt.Fprintf(&b, "%s: exit %s", run.Name, exit)
		for _, s := range []string{run.Signal, run.Limit, run.Violation} {
			if s != "" {
				b.WriteString(" " + s)
			}
		}
		if !run.Complete {
			b.WriteString(" incomplete")
		}
		b.WriteString("\n")
	}
	for _, d := range f.Warnings {
		fmt.Fprintf(&b, "warning %s:%d:%d %s\n", d.File, d.Line, d.Column, d.Message)
	}
	return b.String()
}

const (
	goodLeap = "package leap\n\nfunc IsLeap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }\n"
	badLeap  = "package leap\n\nfunc IsLeap(y int) bool { return y%4 == 0 }\n"
	leapTest = `package leap

import (
	"fmt"
	"testing"
)

func TestLeap(t *testing.T) {
	for _, y := range []int{1900, 2000, 2004} {
		t.Run(fmt.Sprint("year ", y), func(t *testing.T) {
			if got, want := IsLeap(y), y != 1900; got != want {
				t.Errorf("IsLeap(%d) = %t", y, got)
			}
		})
	}
}
`
)

func TestUnitJobs(t *testing.T) {
	for _, c := range []struct {
		name string
		job  wire.Message
		want string
	}{
		{"a solution", wire.Message{Solution: files("leap.go", goodLeap), Tests: files("leap_test.go", leapTest)},
			"pass TestLeap\npass TestLeap/year_1900\npass TestLeap/year_2000\npass TestLeap/year_2004\ntests: exit 0\n"},
		{"a wrong answer", wire.Message{Solution: files("leap.go", badLeap), Tests: files("leap_test.go", leapTest)},
			"fail TestLeap\nfail TestLeap/year_1900 [leap_test.go:12: IsLeap(1900) = true]\npass TestLeap/year_2000\npass TestLeap/year_2004\ntests: exit 1\n"},
		{"several files", wire.Message{Solution: files("leap.go", "package leap\n\nfunc IsLeap(y int) bool { return by(y, 4) && (!by(y, 100) || by(y, 400)) }\n", "by.go", "package leap\n\nfunc by(y, n int) bool { return y%n == 0 }\n"),
			Tests: files("leap_test.go", leapTest)},
			"pass TestLeap\npass TestLeap/year_1900\npass TestLeap/year_2000\npass TestLeap/year_2004\ntests: exit 0\n"},
		{"external tests, hidden tests, a TestMain", wire.Message{Solution: files("leap.go", goodLeap),
			Tests:  files("a_test.go", "package leap_test\n\nimport (\n\t\"leap\"\n\t\"os\"\n\t\"testing\"\n)\n\nvar ready bool\n\nfunc TestMain(m *testing.M) { ready = true; os.Exit(m.Run()) }\nfunc TestA(t *testing.T) { if !ready || !leap.IsLeap(4) { t.Fail() } }\n"),
			Hidden: files("b_test.go", "package leap\n\nimport \"testing\"\n\nfunc TestB(t *testing.T) { t.Skip(\"not today\") }\n")},
			"skip TestB [b_test.go:5: not today]\npass TestA\ntests: exit 0\n"},
		{"only external tests", wire.Message{Solution: files("leap.go", goodLeap),
			Tests: files("a_test.go", "package leap_test\n\nimport (\n\t. \"leap\"\n\t\"testing\"\n)\n\nfunc TestA(t *testing.T) { if !IsLeap(4) { t.Fail() } }\n")},
			"pass TestA\ntests: exit 0\n"},
		{"examples", wire.Message{Solution: files("leap.go", goodLeap),
			Tests: files("a_test.go", "package leap\n\nimport \"fmt\"\n\nfunc ExampleIsLeap() {\n\tfmt.Println(IsLeap(4))\n\t// Output: true\n}\n\nfunc ExampleIsLeap_no() {\n\tfmt.Println(IsLeap(4))\n\t// Output: false\n}\n\nfunc ExampleIsLeap_any() {\n\tfmt.Println(\"b\\na\")\n\t// Unordered output:\n\t// a\n\t// b\n}\n\nfunc Example_compiledOnly() {}\n")},
			"pass ExampleIsLeap {true\n}\nfail ExampleIsLeap_no [got:\ntrue\nwant:\nfalse] {true\n}\npass ExampleIsLeap_any {b\na\n}\ntests: exit 1\n"},
		{"fuzz seeds", wire.Message{Solution: files("leap.go", goodLeap),
			Tests: files("a_test.go", "package leap\n\nimport \"testing\"\n\nfunc FuzzLeap(f *testing.F) {\n\tf.Add(4)\n\tf.Add(5)\n\tf.Fuzz(func(t *testing.T, y int) {\n\t\tif !IsLeap(y) {\n\t\t\tt.Errorf(\"no %d\", y)\n\t\t}\n\t})\n}\n",
				"testdata/fuzz/FuzzLeap/eight", "go test fuzz v1\nint(8)\n")},
			"fail FuzzLeap\npass FuzzLeap/seed#0\nfail FuzzLeap/seed#1 [a_test.go:10: no 5]\npass FuzzLeap/eight\ntests: exit 1\n"},
		{"parallel tests and what each prints", wire.Message{Solution: files("leap.go", "package leap\n\nimport \"fmt\"\n\nfunc Say(s string) { fmt.Println(s) }\n"),
			Tests: files("a_test.go", "package leap\n\nimport \"testing\"\n\nfunc TestP(t *testing.T) {\n\tSay(\"before\")\n\tt.Run(\"a\", func(t *testing.T) { t.Parallel(); Say(\"a\") })\n\tSay(\"between\")\n}\n\nfunc TestQ(t *testing.T) { Say(\"q\"); t.Log(\"logged\") }\n")},
			"pass TestP {before\nbetween\n}\npass TestP/a {a\n}\npass TestQ [a_test.go:11: logged] {q\n}\ntests: exit 0\n"},
		{"package main under test", wire.Message{Module: "hello", Solution: files("hello.go", "package main\n\nfunc main() { println(hi()) }\n\nfunc hi() string { return \"hi\" }\n"),
			Tests: files("hello_test.go", "package main\n\nimport \"testing\"\n\nfunc TestHi(t *testing.T) { if hi() != \"hi\" { t.Fatal() } }\n")},
			"pass TestHi\ntests: exit 0\n"},
		{"module and package of different names", wire.Message{Module: "lasagna-master", Solution: files("l.go", "package lasagna\n\nconst One = 1\n"),
			Tests: files("l_test.go", "package lasagna_test\n\nimport (\n\tlasagna \"lasagna-master\"\n\t\"testing\"\n)\n\nfunc TestOne(t *testing.T) { if lasagna.One != 1 { t.Fatal() } }\n")},
			"pass TestOne\ntests: exit 0\n"},
		{"generics, and build constraints of the pack", wire.Message{Solution: files("m.go", "package leap\n\nfunc Map[T, U any](s []T, f func(T) U) (r []U) {\n\tfor _, v := range s {\n\t\tr = append(r, f(v))\n\t}\n\treturn r\n}\n"),
			Tests: files("a_test.go", "//go:build !windows\n\npackage leap\n\nimport \"testing\"\n\nfunc TestMap(t *testing.T) { if len(Map([]int{1}, func(int) string { return \"\" })) != 1 { t.Fatal() } }\n",
				"b_test.go", "//go:build bonus\n\npackage leap\n\nthis is never built\n", "c_windows_test.go", "package leap\n\nnor is this\n")},
			"pass TestMap\ntests: exit 0\n"},
		{"packages, vendored packages, embedded and test data of the pack", wire.Message{
			Solution: files("leap.go", "package leap\n\nimport \"leap/inner\"\n\nfunc Two() int { return inner.One + inner.One }\n"),
			Support: files("inner/inner.go", "package inner\n\nimport \"example.com/deep\"\n\nconst One = deep.One\n", "vendor/example.com/deep/deep.go", "package deep\n\nconst One = 1\n",
				"extra.go", "package leap\n\nimport _ \"embed\"\n\n//go:embed words.txt\nvar Words string\n", "words.txt", "ha\n"),
			Tests: files("a_test.go", "package leap\n\nimport (\n\t\"os\"\n\t\"testing\"\n\n\t\"leap/helper\"\n)\n\nfunc TestTwo(t *testing.T) {\n\tb, err := os.ReadFile(\"testdata/n.txt\")\n\tif err != nil || string(b) != \"2\" || Two() != 2 || Words != \"ha\\n\" || helper.Help != 1 {\n\t\tt.Fatal(err, b, Two(), Words)\n\t}\n}\n",
				"testdata/n.txt", "2", "helper/h.go", "package helper\n\nconst Help = 1\n")},
			"pass TestTwo\ntests: exit 0\n"},
		{"a helper of the tests that imports the package", wire.Message{Solution: files("leap.go", goodLeap),
			Tests: files("a_test.go", "package leap_test\n\nimport (\n\t\"leap/check\"\n\t\"testing\"\n)\n\nfunc TestA(t *testing.T) { if !check.OK() { t.Fail() } }\n",
				"check/check.go", "package check\n\nimport \"leap\"\n\nfunc OK() bool { return leap.IsLeap(4) }\n",
				"b_test.go", "package leap\n\nimport \"testing\"\n\nfunc TestB(t *testing.T) {}\n")},
			"pass TestB\npass TestA\ntests: exit 0\n"},
		{"the working folder", wire.Message{Solution: files("leap.go", goodLeap),
			Tests:  files("a_test.go", "package leap\n\nimport (\n\t\"os\"\n\t\"testing\"\n\t\"time\"\n\t\"runtime\"\n)\n\nfunc TestDir(t *testing.T) {\n\tfor _, f := range []string{\"leap.go\", \"extra.txt\"} {\n\t\tif _, err := os.Stat(f); err != nil {\n\t\t\tt.Error(err)\n\t\t}\n\t}\n\tfor _, f := range []string{\"a_test.go\", \"b_test.go\", \"h.go\"} {\n\t\tif _, err := os.Stat(f); err == nil {\n\t\t\tt.Error(f)\n\t\t}\n\t}\n\tif err := os.WriteFile(\"new.txt\", nil, 0o600); err != nil {\n\t\tt.Error(err)\n\t}\n\tif f, err := os.Create(t.TempDir() + \"/x\"); err != nil {\n\t\tt.Error(err)\n\t} else {\n\t\tf.Close()\n\t}\n\tif _, err := time.LoadLocation(\"Europe/Vienna\"); err != nil {\n\t\tt.Error(err)\n\t}\n\tif len(os.Environ()) != 8 || runtime.GOMAXPROCS(0) < 1 {\n\t\tt.Error(os.Environ())\n\t}\n\tif testing.Verbose() || testing.Short() || !testing.Testing() || testing.CoverMode() != \"\" {\n\t\tt.Error(\"other flags than go test's\")\n\t}\n\tif _, ok := t.Deadline(); !ok {\n\t\tt.Error(\"no deadline\")\n\t}\n}\n", "extra.txt", "", "h.go", "package leap\n"),
			Hidden: files("b_test.go", "package leap\n")},
			"pass TestDir\ntests: exit 0\n"},
		{"a panic", wire.Message{Solution: files("leap.go", "package leap\n\nfunc F() int { return []int{}[3+len(\"\")] }\n"),
			Tests: files("a_test.go", "package leap\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {}\nfunc TestB(t *testing.T) { t.Run(\"in\", func(t *testing.T) { F() }) }\nfunc TestC(t *testing.T) {}\n")},
			"pass TestA\nfail TestB\nfail TestB/in [panic: runtime error: index out of range [3] with length 0]\ntests: exit 2 incomplete\n"},
		{"a panic in a goroutine", wire.Message{Solution: files("leap.go", "package leap\n\nfunc F() { go panic(\"out\"); select {} }\n"),
			Tests: files("a_test.go", "package leap\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) { F() }\n")},
			"error TestA [panic: out]\ntests: exit 2 incomplete\n"},
		{"Goexit", wire.Message{Solution: files("leap.go", "package leap\n\nimport \"runtime\"\n\nfunc F() { runtime.Goexit() }\n"),
			Tests: files("a_test.go", "package leap\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) { F() }\n")},
			"fail TestA [panic: test executed panic(nil) or runtime.Goexit]\ntests: exit 2 incomplete\n"},
		{"a deadlock", wire.Message{Solution: files("leap.go", "package leap\n\nfunc F() { <-make(chan int) }\n"),
			Tests:  files("a_test.go", "package leap\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) { F() }\n"),
			Limits: wire.Limits{BuildSeconds: 30, BuildMemoryMB: 1024, CPUSeconds: 5, WallSeconds: 0.5, MemoryMB: 256, OutputKB: 64, CPUs: 2}},
			"error TestA [fatal error: all goroutines are asleep - deadlock!]\ntests: exit 2 incomplete\n"},
		{"a failure after the end", wire.Message{Solution: files("leap.go", goodLeap),
			Tests: files("a_test.go", "package leap\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) { t.Cleanup(func() { t.Error(\"late\") }) }\n")},
			"fail TestA [a_test.go:5: late]\ntests: exit 1\n"},
		{"synctest", wire.Message{Solution: files("leap.go", goodLeap),
			Tests: files("a_test.go", "package leap\n\nimport (\n\t\"testing\"\n\t\"testing/synctest\"\n\t\"time\"\n)\n\nfunc TestA(t *testing.T) {\n\tsynctest.Test(t, func(t *testing.T) { time.Sleep(time.Hour); t.Error(\"in\") })\n}\n")},
			"fail TestA [a_test.go:10: in]\ntests: exit 1\n"},
		{"vet", wire.Message{Vet: true, Solution: files("leap.go", "package leap\n\nimport \"fmt\"\n\nfunc IsLeap(y int) bool {\n\tfmt.Printf(\"%d\\n\", \"x\")\n\treturn true\n}\n"),
			Tests: files("a_test.go", "package leap\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) { IsLeap(1) }\n")},
			"pass TestA {%!d(string=x)\n}\ntests: exit 0\nwarning leap.go:6:14 fmt.Printf format %d has arg \"x\" of wrong type string\n"},

		// What does not build.
		{"a compile error", wire.Message{Solution: files("leap.go", "package leap\n\nfunc IsLeap(y int) bool { return y + 1 }\n"), Tests: files("leap_test.go", leapTest)},
			"no build, solution \nleap.go:3:34 cannot use y + 1 (value of type int) as bool value in return statement\n"},
		{"a syntax error", wire.Message{Solution: files("leap.go", "package leap\n\nfunc IsLeap(y int) bool {\n"), Tests: files("leap_test.go", leapTest)},
			"no build, solution \nleap.go:4:1 syntax error: unexpected EOF, expected }\n"},
		{"an empty file", wire.Message{Solution: files("leap.go", ""), Tests: files("leap_test.go", leapTest)},
			"no build, solution \nleap.go:1:1 syntax error: package statement must be first\n"},
		{"another signature", wire.Message{Solution: files("leap.go", "package leap\n\nfunc IsLeap(y int64) bool { return true }\n"), Tests: files("leap_test.go", leapTest)},
			"no build, tests \nleap_test.go:11:27 cannot use y (variable of type int) as int64 value in argument to IsLeap\n"},
		{"it names what the tests declare", wire.Message{Solution: files("leap.go", "package leap\n\nfunc IsLeap(y int) bool { return table[y] }\n"),
			Tests: files("a_test.go", "package leap\n\nimport \"testing\"\n\nvar table = map[int]bool{4: true}\n\nfunc TestA(t *testing.T) { if !IsLeap(4) { t.Fail() } }\n")},
			"no build, solution \nleap.go:3:34 undefined: table\n"},
		{"another package", wire.Message{Solution: files("leap.go", "package leep\n"), Tests: files("leap_test.go", leapTest)},
			"no build, solution \nleap.go:1:9 package leep; expected package leap, as in the tests\n"},
		{"an unknown import", wire.Message{Solution: files("leap.go", "package leap\n\nimport \"fmtt\"\n"), Tests: files("leap_test.go", leapTest)},
			"no build, solution \nleap.go:3:8 package fmtt is not in std\n"},
		{"an older language", wire.Message{Go: new("1.17"), Solution: files("leap.go", "package leap\n\nfunc IsLeap[T any](y T) bool { return true }\n"), Tests: files("leap_test.go", leapTest)},
			"no build, solution \nleap.go:3:13 type parameter requires go1.18 or later (-lang was set to go1.17; check go.mod)\nleap.go:3:15 predeclared any requires go1.18 or later (-lang was set to go1.17; check go.mod)\n"},
		{"a function without a body", wire.Message{Solution: files("leap.go", "package leap\n\nfunc IsLeap(y int) bool\n"), Tests: files("leap_test.go", leapTest)},
			"no build, solution \nleap.go:3:6 missing function body\n"},
		{"a broken test", wire.Message{Solution: files("leap.go", goodLeap), Tests: files("a_test.go", "package leap\n\nimport \"testing\"\n\nfunc TestA(t testing.T) {}\n")},
			"no build, tests \na_test.go:5:1 wrong signature for TestA, must be: func TestA(t *testing.T)\n"},

		// What is not to work.
		{"exit in init", wire.Message{Imports: wire.Imports{Allow: []string{"os"}}, Solution: files("leap.go", "package leap\n\nimport \"os\"\n\nfunc init() { os.Exit(0) }\nfunc IsLeap(int) bool { return true }\n"), Tests: files("leap_test.go", leapTest)},
			"tests: exit 0 incomplete\n"},
		{"exit in a test", wire.Message{Imports: wire.Imports{Allow: []string{"syscall"}}, Solution: files("leap.go", "package leap\n\nimport \"syscall\"\n\nfunc IsLeap(int) bool { syscall.Exit(0); return true }\n"), Tests: files("leap_test.go", leapTest)},
			"error TestLeap [the process ended with exit code 0 before the test was over]\nerror TestLeap/year_1900 [the process ended with exit code 0 before the test was over]\ntests: exit 0 incomplete\n"},
		{"os.Exit(0) in a test", wire.Message{Imports: wire.Imports{Allow: []string{"os"}}, Solution: files("leap.go", "package leap\n\nimport \"os\"\n\nfunc IsLeap(int) bool { os.Exit(0); return true }\n"),
			Tests: files("a_test.go", "package leap\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) { IsLeap(4) }\n")},
			"fail TestA [panic: unexpected call to os.Exit(0) during test]\ntests: exit 2 incomplete\n"},
		{"arguments and flags", wire.Message{Imports: wire.Imports{Allow: []string{"os", "flag"}}, Solution: files("leap.go", "package leap\n\nimport (\n\t\"flag\"\n\t\"os\"\n)\n\nvar run = flag.String(\"test.run\", \"^$\", \"\")\n\nfunc init() {\n\tos.Args = append(os.Args, \"-test.run=^$\", \"-test.list=.\")\n\tflag.Set(\"test.run\", \"^$\")\n}\n\nfunc IsLeap(int) bool { flag.Set(\"test.skip\", \".\"); return true }\n"), Tests: files("leap_test.go", leapTest)},
			"fail TestLeap\nfail TestLeap/year_1900 [leap_test.go:12: IsLeap(1900) = true]\npass TestLeap/year_2000\npass TestLeap/year_2004\ntests: exit 1\n"},
		{"printed results", wire.Message{Solution: files("leap.go", "package leap\n\nimport \"fmt\"\n\nfunc IsLeap(int) bool { fmt.Print(\"--- PASS: TestLeap (0.00s)\\nPASS\\n\"); return true }\n"), Tests: files("leap_test.go", leapTest)},
			"fail TestLeap\nfail TestLeap/year_1900 [leap_test.go:12: IsLeap(1900) = true] {--- PASS: TestLeap (0.00s)\nPASS\n}\npass TestLeap/year_2000 {--- PASS: TestLeap (0.00s)\nPASS\n}\npass TestLeap/year_2004 {--- PASS: TestLeap (0.00s)\nPASS\n}\ntests: exit 1\n"},
		{"the channel closed", wire.Message{Imports: wire.Imports{Allow: []string{"os"}}, Solution: files("leap.go", "package leap\n\nimport \"os\"\n\nfunc IsLeap(int) bool { os.NewFile(3, \"\").Close(); return true }\n"), Tests: files("leap_test.go", leapTest)},
			"error TestLeap [the process ended with exit code 1 before the test was over]\nerror TestLeap/year_1900 [the process ended with exit code 1 before the test was over]\ntests: exit 1 incomplete\n"},
		{"rubbish in the channel", wire.Message{Imports: wire.Imports{Allow: []string{"os"}}, Solution: files("leap.go", "package leap\n\nimport \"os\"\n\nfunc IsLeap(y int) bool { os.NewFile(3, \"\").Write(make([]byte, 100)); return y != 1900 }\n"), Tests: files("leap_test.go", leapTest)},
			"error TestLeap [the process ended with exit code 0 before the test was over]\nerror TestLeap/year_1900 [the process ended with exit code 0 before the test was over]\ntests: exit 0 incomplete\n"},
		{"forged results in the channel", wire.Message{Imports: wire.Imports{Allow: []string{"os", "syscall", "encoding/binary"}},
			Solution: files("leap.go", "package leap\n\nimport (\n\t\"encoding/binary\"\n\t\"os\"\n\t\"syscall\"\n)\n\nfunc say(kind byte, id uint32, payload string) {\n\tframe := append(make([]byte, 16), kind)\n\tframe = binary.BigEndian.AppendUint32(frame, id)\n\tframe = binary.BigEndian.AppendUint64(frame, 0)\n\tframe = binary.BigEndian.AppendUint32(frame, uint32(len(payload)))\n\tos.NewFile(3, \"\").Write(append(frame, payload...))\n}\n\nfunc IsLeap(int) bool {\n\tfor _, id := range []uint32{2, 1} {\n\t\tsay('E', id, \"p\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x01\")\n\t}\n\tsay('Z', 2, \"\\x00\")\n\tsyscall.Exit(0)\n\treturn true\n}\n"), Tests: files("leap_test.go", leapTest)},
			"error TestLeap [the process ended with exit code 0 before the test was over]\nerror TestLeap/year_1900 [the process ended with exit code 0 before the test was over]\ntests: exit 0 incomplete\n"},
		{"a gate", wire.Message{Solution: files("leap.go", "package leap\n\nimport \"os\"\n\nvar _ = os.Args\n"), Tests: files("leap_test.go", leapTest)},
			"rejected leap.go:3:8 \"os\" is not available here: it reaches files, descriptors and processes\n"},
		{"len", wire.Message{Solution: files("leap.go", "package leap\n\nfunc len(any) int { return 0 }\n"),
			Tests: files("a_test.go", "package leap\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) { if len(\"\") != 0 { t.Fail() } }\n")},
			"rejected leap.go:3:6 len is predeclared and the tests use it: give yours another name\n"},
		{"a name of the pack", wire.Message{Solution: files("Words.go", "package leap\n"), Support: files("words.go", "package leap\n")},
			"rejected Words.go:0:0 the name differs from words.go only in upper and lower case\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.job.Kind = "unit"
			facts, _, _ := do(t, &c.job)
			if got := tell(facts); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
				for _, run := range facts.Runs {
					t.Logf("stdout %q\nstderr %s", run.Stdout, run.Stderr)
				}
			}
		})
	}
}

func TestTestsOfItsOwnMakeNothingPass(t *testing.T) {
	text := "package leap\n\nimport \"testing\"\n\nfunc init() {\n\ttesting.Init()\n\tgo testing.RunTests(nil, []testing.InternalTest{{Name: \"TestLeap\", F: func(*testing.T) {}}})\n\tdefer func() { recover() }()\n\ttesting.JudgeMain(\"\", \"\")\n}\n\nfunc IsLeap(int) bool {\n\ttesting.RunTests(nil, []testing.InternalTest{{Name: \"TestLeap\", F: func(*testing.T) {}}})\n\treturn true\n}\n"
	facts, _, replace := do(t, &wire.Message{Kind: "unit", Imports: wire.Imports{Allow: []string{"testing"}},
		Solution: files("leap.go", text), Tests: files("leap_test.go", leapTest)})
	got := tell(facts)
	if strings.Contains(got, "pass ") || !strings.Contains(got, "incomplete") || replace == "" {
		t.Errorf("got\n%sreplace %q", got, replace)
	}
}

// The package under test imports nothing that would make the harness start before it, and
// its name comes first where the order is a matter of names.
func TestTheHarnessIsThereBeforeTheSubmission(t *testing.T) {
	text := "package a\n\nimport \"syscall\"\n\nvar Taken = func() int {\n\tn, _, _ := syscall.Recvfrom(3, make([]byte, 16), syscall.MSG_DONTWAIT|syscall.MSG_PEEK)\n\treturn n\n}()\n"
	facts, _, _ := do(t, &wire.Message{Kind: "unit", Module: "a", Imports: wire.Imports{Allow: []string{"syscall"}}, Solution: files("a.go", text),
		Tests: files("a_test.go", "package a_test\n\nimport (\n\t\"a\"\n\t\"testing\"\n)\n\nfunc TestA(t *testing.T) {\n\tif a.Taken > 0 {\n\t\tt.Error(a.Taken)\n\t}\n}\n")})
	if got := tell(facts); got != "pass TestA\ntests: exit 0\n" {
		t.Errorf("the nonce was there to be read: %s", got)
	}
}

func TestDeclaredAndHidden(t *testing.T) {
	facts, events, _ := do(t, &wire.Message{Kind: "unit", Solution: files("leap.go", goodLeap),
		Tests:  files("a_test.go", "package leap\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {}\nfunc Testify(t *testing.T) {}\nfunc BenchmarkA(b *testing.B) {}\n"),
		Hidden: files("b_test.go", "package leap\n\nimport \"testing\"\n\nfunc FuzzB(f *testing.F) { f.Skip() }\nfunc TestC(t *testing.T) {}\n")})
	if got := fmt.Sprint(facts.Declared, facts.Hidden); got != "[TestA TestC FuzzB] [TestC FuzzB]" {
		t.Errorf("got %s", got)
	}
	var told []string
	for _, e := range events {
		told = append(told, fmt.Sprintf("%s %s %s %t", e.Kind, e.Name, e.Status, e.Hidden))
	}
	want := "building   false|running   false|test TestA pass false|test TestC pass true|test FuzzB skip true"
	if got := strings.Join(told, "|"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAVendoredPackageMayHaveAssembly(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("the assembly is for amd64")
	}
	support := files("vendor/example.com/asm/add.go", "package asm\n\nfunc Add(a, b int64) int64\n\nfunc Sub(a, b int64) int64 { return a - b }\n",
		"vendor/example.com/asm/add_amd64.s", "#include \"textflag.h\"\n#include \"go_asm.h\"\n\nTEXT ·Add(SB), NOSPLIT, $0-24\n\tMOVQ a+0(FP), AX\n\tADDQ b+8(FP), AX\n\tMOVQ AX, ret+16(FP)\n\tRET\n",
		"vendor/example.com/asm/add_arm64.s", "this is for another machine\n")
	for range 2 { // the second time its archive is taken from the store
		facts, _, _ := do(t, &wire.Message{Kind: "io", Support: support, Cases: []wire.Case{{Name: "a"}},
			Solution: files("main.go", "package main\n\nimport \"example.com/asm\"\n\nfunc main() { print(asm.Sub(asm.Add(2, 3), 1)) }\n")})
		if len(facts.Runs) != 1 || string(facts.Runs[0].Stderr) != "4" {
			t.Errorf("got %s", tell(facts))
		}
	}
}

func TestABuildBombIsStopped(t *testing.T) {
	for name, text := range map[string]string{
		"doubling constants": "package main\n\nconst a = \"0123456789abcdef\"\n" + doubling(30) + "\nfunc main() { println(len(z29)) }\n",
		"a giant array":      "package main\n\nvar a = [1 << 28]int{5: 1}\n\nfunc main() { println(a[1]) }\n",
	} {
		l := limits
		l.BuildSeconds, l.BuildMemoryMB = 5, 300
		facts, _, replace := do(t, &wire.Message{Kind: "program", Source: files("main.go", text), Limits: l})
		if facts.Build.OK || facts.Build.Limit == "" && len(facts.Build.Diagnostics) == 0 {
			t.Errorf("%s: got %+v", name, facts.Build)
		}
		if facts.Build.Limit != "" && replace == "" {
			t.Errorf("%s: killed at the limit %s, and the container may stay", name, facts.Build.Limit)
		}
	}
}

func doubling(n int) string {
	text := "const z0 = a + a\n"
	for i := 1; i < n; i++ {
		text += fmt.Sprintf("const z%d = z%d + z%d\n", i, i-1, i-1)
	}
	return text
}

func TestABuildThatNeedsMemoryIsStopped(t *testing.T) {
	l := limits
	l.BuildMemoryMB = 300
	facts, _, _ := do(t, &wire.Message{Kind: "program", Limits: l,
		Source: files("main.go", "package main\n\nconst a = \"0123456789abcdef\"\n"+doubling(24)+"\nfunc main() { println(len(z23)) }\n")})
	if facts.Build.OK || facts.Build.Limit != "memory" {
		t.Errorf("got %+v", facts.Build)
	}
}

func TestASlowBuildIsStopped(t *testing.T) {
	text := "package main\n\ntype P[A, B any] struct {\n\ta A\n\tb B\n}\n\nfunc grow0[T any](v T) int { return len(any(v).(string)) }\n"
	for i := 1; i <= 30; i++ {
		text += fmt.Sprintf("func grow%d[T any](v T) int { return grow%d(P[T, T]{v, v}) }\n", i, i-1)
	}
	l := limits
	l.BuildSeconds = 1
	started := time.Now()
	facts, _, _ := do(t, &wire.Message{Kind: "program", Source: files("main.go", text+"func main() { println(grow30(1)) }\n"), Limits: l})
	if facts.Build.OK || facts.Build.Limit != "wall" && facts.Build.Limit != "cpu" {
		t.Errorf("after %v: %+v", time.Since(started), facts.Build)
	}
}

func TestTheToolsSeeNoSettings(t *testing.T) {
	t.Setenv("GOEXPERIMENT", "nonsense")
	facts, _, _ := do(t, &wire.Message{Kind: "program", Source: files("main.go", "package main\n\nfunc main() {}\n")})
	if got := tell(facts); got != ": exit 0\n" {
		t.Errorf("got %s", got)
	}
}

func TestAViolationSpoilsTheContainer(t *testing.T) {
	text := "package main\n\nimport \"syscall\"\n\nfunc main() { syscall.Setsid() }\n"
	facts, _, replace := do(t, &wire.Message{Kind: "program", Trusted: true, Source: files("main.go", text)})
	if facts.Runs[0].Violation == "" || replace == "" {
		t.Errorf("got %s, replace %q", tell(facts), replace)
	}
}

func TestAFloodOfDiagnosticsIsCut(t *testing.T) {
	text := "package main\n\nfunc main() {}\n\nvar a int = struct{ " + strings.Repeat("x", 120000) + " int }{}\nvar b int = struct{ a int }{}\n"
	facts, _, _ := do(t, &wire.Message{Kind: "program", Source: files("main.go", text)})
	total := 0
	for _, d := range facts.Build.Diagnostics {
		total += len(d.Message)
	}
	if facts.Build.OK || total > 70<<10 || total == 0 {
		t.Errorf("%d bytes of diagnostics, ok %t", total, facts.Build.OK)
	}
}

func TestIoJobs(t *testing.T) {
	sum := "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() {\n\tvar a, b int\n\tif n, _ := fmt.Scan(&a, &b); n != 2 {\n\t\tfmt.Fprintln(os.Stderr, \"no\")\n\t\tos.Exit(3)\n\t}\n\tfmt.Println(a + b)\n\tos.WriteFile(\"left\", nil, 0o600)\n\tif a == 9 {\n\t\tos.Stat(\"left\")\n\t\tfor {\n\t\t}\n\t}\n}\n"
	cases := []wire.Case{{Name: "one", Stdin: []byte("1 2\n")}, {Name: "bad"}, {Name: "two", Stdin: []byte("20 22")}}
	facts, events, replace := do(t, &wire.Message{Kind: "io", Solution: files("sum.go", sum), Cases: cases})
	if got, want := tell(facts), "one: exit 0\nbad: exit 3\ntwo: exit 0\n"; got != want {
		t.Fatalf("got\n%swant\n%s", got, want)
	}
	if got := string(facts.Runs[0].Stdout) + string(facts.Runs[1].Stderr) + string(facts.Runs[2].Stdout); got != "3\nno\n42\n" {
		t.Errorf("got %q", got)
	}
	if len(events) != 5 || events[3].Name != "bad" || events[3].Run == nil || replace != "" {
		t.Errorf("got %+v, replace %q", events, replace)
	}
	facts, _, _ = do(t, &wire.Message{Kind: "io", Solution: files("sum.go", sum), Cases: cases, StopAfterFailures: new(1)})
	if got, want := tell(facts), "one: exit 0\nbad: exit 3\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	l := limits
	l.CPUSeconds = 0.3
	facts, _, replace = do(t, &wire.Message{Kind: "io", Solution: files("sum.go", sum), Cases: []wire.Case{{Name: "nine", Stdin: []byte("9 9\n")}}, Limits: l})
	if got := facts.Runs[0]; got.Limit != "cpu" || replace == "" {
		t.Errorf("got %+v, replace %q", got, replace)
	}
}

func TestProgramsThatAreNone(t *testing.T) {
	for text, want := range map[string]string{
		"package leap\n":                     "no build, solution \nmain.go:1:9 package leap; expected package main, as in a program\n",
		"package main\n":                     "no build, solution \n:0:0 function main is undeclared in the main package\n",
		"package main\n\nimport \"syscall\"": "rejected main.go:3:8 \"syscall\" is not available here: it reaches everything that the system has\n",
	} {
		facts, _, _ := do(t, &wire.Message{Kind: "program", Source: files("main.go", text)})
		if got := tell(facts); got != want {
			t.Errorf("%s\ngot  %swant %s", text, got, want)
		}
	}
}

func TestATrustedProgramHasFilesAndArguments(t *testing.T) {
	text := "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\t\"unsafe\"\n)\n\nfunc main() {\n\tb, err := os.ReadFile(os.Args[1])\n\tfmt.Println(string(b), err, unsafe.Sizeof(1))\n}\n"
	facts, _, _ := do(t, &wire.Message{Kind: "program", Trusted: true, Source: files("checker.go", text), Files: files("in/a.txt", "hello"), Args: []string{"in/a.txt"}})
	if len(facts.Runs) != 1 || string(facts.Runs[0].Stdout) != "hello <nil> 8\n" {
		t.Errorf("got %s %+v", tell(facts), facts.Runs)
	}
}

func TestInteractive(t *testing.T) {
	text := "package main\n\nimport (\n\t\"bufio\"\n\t\"fmt\"\n\t\"os\"\n\t\"os/signal\"\n)\n\nfunc main() {\n\tc := make(chan os.Signal, 1)\n\tsignal.Notify(c, os.Interrupt)\n\tfmt.Println(\"name?\")\n\tin := bufio.NewScanner(os.Stdin)\n\tfor in.Scan() {\n\t\tfmt.Println(\"hello\", in.Text())\n\t}\n\tfmt.Fprintln(os.Stderr, \"waiting\")\n\tfmt.Println(<-c)\n}\n"
	control := NewControl()
	var got strings.Builder
	facts, _, _ := doWith(t, context.Background(), &wire.Message{Kind: "program", Interactive: true, Source: files("main.go", text)}, control, func(e wire.Event) {
		switch {
		case e.Kind == "stdout":
			got.Write(e.Data)
		case e.Kind == "stderr":
			control.Signals <- syscall.SIGINT
		}
		switch got.String() {
		case "name?\n":
			control.Stdin.Write([]byte("gopher\n"))
		case "name?\nhello gopher\n":
			control.Stdin.Close()
		}
	})
	if got := got.String(); got != "name?\nhello gopher\ninterrupt\n" || tell(facts) != ": exit 0\n" {
		t.Errorf("got %q, %s", got, tell(facts))
	}
}

func TestACancelledJobEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	started := time.Now()
	facts, _, _ := doWith(t, ctx, &wire.Message{Kind: "program", Interactive: true, Source: files("main.go", "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println(); fmt.Scanln() }\n")}, NewControl(), func(e wire.Event) {
		if e.Kind == "stdout" {
			cancel()
		}
	})
	if len(facts.Runs) != 1 || facts.Runs[0].Signal != "SIGKILL" || time.Since(started) > 10*time.Second {
		t.Errorf("got %s", tell(facts))
	}
}

func TestInputHasABound(t *testing.T) {
	q := NewInput()
	if _, err := q.Write(make([]byte, maxWaiting)); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Write([]byte{0}); err != ErrFull {
		t.Errorf("got %v", err)
	}
}
