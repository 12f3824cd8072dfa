package work

import (
	"regexp"
	"strings"
	"testing"

	"judge/runner/internal/wire"
)

func project(folder string, pairs ...string) *wire.Message {
	return &wire.Message{Kind: "program", Module: "ex.com/m", Package: &folder, Source: files(pairs...)}
}

func TestAModuleInFolders(t *testing.T) {
	m := project("",
		"main.go", "package main\n\nimport (\n\t\"fmt\"\n\n\t\"ex.com/m/a\"\n\t\"ex.com/m/a/internal/deep\"\n)\n\nfunc main() { fmt.Println(a.Name(), deep.Two) }\n",
		"a/a.go", "package a\n\nimport (\n\t_ \"embed\"\n\n\t\"ex.com/m/a/internal/deep\"\n)\n\n//go:embed name.txt\nvar name string\n\nfunc Name() string { _ = deep.Two; return name }\n",
		"a/a_windows.go", "package a\n\nfunc Name() int { return 1 }\n",
		"a/internal/deep/deep.go", "package deep\n\nconst Two = 2\n",
		"unused/broken.go", "package unused\n\nvar x int = \"no\"\n")
	m.Files = files("a/name.txt", "embedded")
	// Only what lies below a/ may import a's internal packages.
	facts, _, _ := do(t, m)
	if got := tell(facts); !strings.Contains(got, "main.go:7:2 use of internal package ex.com/m/a/internal/deep not allowed") {
		t.Errorf("internal package: %s", got)
	}
	m = project("cmd/x",
		"cmd/x/main.go", "package main\n\nimport (\n\t\"fmt\"\n\n\t\"ex.com/m/a\"\n)\n\nfunc main() { fmt.Println(a.Name()) }\n",
		"a/a.go", string(m.Source["a/a.go"]), "a/internal/deep/deep.go", string(m.Source["a/internal/deep/deep.go"]),
		"unused/broken.go", "package unused\n\nvar x int = \"no\"\n")
	m.Files = files("a/name.txt", "embedded")
	m.Vet = true
	m.Source["a/env.go"] = []byte("package a\n\nimport \"os\"\n\nfunc init() { name += os.Getenv(\"GOROOT\") + os.Getenv(\"HOME\") }\n")
	m.Env = map[string]string{"GOROOT": "/nowhere,", "HOME": "mine"}
	facts, _, _ = do(t, m)
	if len(facts.Runs) != 1 || string(facts.Runs[0].Stdout) != "embedded/nowhere,mine\n" {
		t.Errorf("run: %s", tell(facts))
	}
}

func TestWhatAModuleMayNot(t *testing.T) {
	version := "1.99"
	newer := project("", "main.go", "package main\n\nfunc main() {}\n")
	newer.Go = &version
	for name, test := range map[string]struct {
		m    *wire.Message
		says string
	}{
		"cycle": {project("", "main.go", "package main\n\nimport _ \"ex.com/m/a\"\n\nfunc main() {}\n",
			"a/a.go", "package a\n\nimport _ \"ex.com/m/b\"\n", "b/b.go", "package b\n\nimport _ \"ex.com/m/a\"\n"),
			"b/b.go:3:10 package ex.com/m\n\timports ex.com/m/a from main.go\n\timports ex.com/m/b from a.go\n\timports ex.com/m/a from b.go: import cycle not allowed"},
		"program": {project("", "main.go", "package main\n\nimport _ \"ex.com/m/cmd/x\"\n\nfunc main() {}\n",
			"cmd/x/x.go", "package main\n\nfunc main() {}\n"), "import \"ex.com/m/cmd/x\" is a program, not an importable package"},
		"missing": {project("", "main.go", "package main\n\nimport _ \"ex.com/m/nope\"\n\nfunc main() {}\n"),
			"main.go:3:10 main module (ex.com/m) does not contain package ex.com/m/nope"},
		"others":   {project("", "main.go", "package main\n\nimport _ \"github.com/x/y\"\n\nfunc main() {}\n"), "only the standard library is"},
		"syntax":   {project("", "main.go", "package main\n\nimport _ \"ex.com/m/a\"\n\nfunc main() {}\n", "a/a.go", "package a\n\nfunc {\n"), "a/a.go:3:6 syntax error"},
		"types":    {project("", "main.go", "package main\n\nimport _ \"ex.com/m/a\"\n\nfunc main() {}\n", "a/a.go", "package a\n\nvar X int = \"no\"\n"), "a/a.go:3:13 cannot use \"no\""},
		"no main":  {project("a", "a/a.go", "package a\n"), "package a; expected package main"},
		"cgo":      {project("", "main.go", "package main\n\nfunc main() {}\n", "a/a.go", "package a\n\nimport \"C\"\n"), "cgo is not available"},
		"linkname": {project("", "main.go", "package main\n\nfunc main() {}\n", "a/a.go", "package a\n\nimport _ \"unsafe\"\n\n//go:linkname x y\n"), "//go:linkname is not allowed"},
		"names":    {project("", "main.go", "package main\n\nfunc main() {}\n", "a/../b.go", "package a\n"), "must be plain"},
		"variant":  {project("", "main.go", "package main\n\nfunc main() {}\n", "a/B.go", "package a\n", "a/b.go", "package a\n"), "only in upper and lower case"},
		"newer":    {newer, "go.mod requires go >= 1.99"},
	} {
		t.Run(name, func(t *testing.T) {
			facts, _, _ := do(t, test.m)
			if got := tell(facts); !strings.Contains(got, test.says) || len(facts.Runs) > 0 {
				t.Errorf("got %s", got)
			}
		})
	}
}

func TestPackagesOfOthersAreBuiltAsTheirModulesHaveThem(t *testing.T) {
	others := []wire.Dependency{
		{Path: "ex.com/old", Go: "1.17", Files: files("old.go", "package old\n\nimport (\n\t_ \"embed\"\n\t\"unsafe\"\n\n\t\"ex.com/old/internal/deep\"\n)\n\n//go:embed t/a.txt\nvar Text string\n\nvar Size = unsafe.Sizeof(deep.Two)\n", "t/a.txt", "theirs")},
		{Path: "ex.com/old/internal/deep", Go: "1.17", Files: files("d.go", "package deep\n\nvar Two int64 = 2\n")},
		{Path: "ex.com/newer", Go: "1.17", Files: files("n.go", "package newer\n\nfunc F[T any](T) {}\n")},
		{Path: "ex.com/unused", Go: "1.27", Files: files("u.go", "package unused\n\nvar x int = false\n")},
	}
	uses := func(path, body string) *wire.Message {
		m := project("", "main.go", "package main\n\nimport (\n\t\"fmt\"\n\n\t\""+path+"\"\n)\n\nfunc main() { fmt.Println("+body+") }\n")
		m.Dependencies, m.Vet = others, true
		return m
	}
	facts, _, _ := do(t, uses("ex.com/old", "old.Text, old.Size"))
	if len(facts.Runs) != 1 || string(facts.Runs[0].Stdout) != "theirs 8\n" {
		t.Errorf("run: %s", tell(facts))
	}
	for path, says := range map[string]string{
		"ex.com/newer":             "type parameter requires go1.18 or later",
		"ex.com/old/internal/deep": "main.go:6:2 use of internal package ex.com/old/internal/deep not allowed",
		"ex.com/absent":            "only the standard library is",
	} {
		facts, _, _ := do(t, uses(path, "1"))
		if got := tell(facts); !strings.Contains(got, says) || len(facts.Runs) > 0 {
			t.Errorf("%s: %s", path, got)
		}
	}
	away := uses("ex.com/old", "1")
	away.Dependencies = []wire.Dependency{{Path: "ex.com/old", Go: "1.27", Files: files("../../../a.go", "package old\n")}}
	away.Limits = limits
	if _, err := judge.Do(t.Context(), away, NewControl(), func(wire.Event) {}); err == nil {
		t.Error("a file outside of its folder was written")
	}
}

func TestThePackagesOfAModuleAreTested(t *testing.T) {
	source := files(
		"a/a.go", "package a\n\nimport \"ex.com/m/b\"\n\nfunc Two() int { return b.One + 1 }\n",
		"b/b.go", "package b\n\nconst One = 1\n")
	tests := func(folder string, pairs ...string) *wire.Message {
		return &wire.Message{Kind: "unit", Module: "ex.com/m", Package: &folder, Solution: source, Tests: files(pairs...), OwnTests: true,
			Support: files("a/testdata/two.txt", "2", "go.mod", "module ex.com/m\n")}
	}
	inside := "package a\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nfunc TestTwo(t *testing.T) {\n\tb, err := os.ReadFile(\"testdata/two.txt\")\n\tif err != nil || string(b) != \"2\" || Two() != 2 {\n\t\tt.Fatal(err)\n\t}\n}\n"
	outside := "package a_test\n\nimport (\n\t\"fmt\"\n\n\t\"ex.com/m/a\"\n\t\"ex.com/m/b\"\n)\n\nfunc Example() {\n\tfmt.Println(a.Two() + b.One)\n\t// Output: 3\n}\n"
	for name, m := range map[string]*wire.Message{
		"both":       tests("a", "a/in_test.go", inside, "a/out_test.go", outside),
		"only tests": tests("c", "c/c_test.go", strings.ReplaceAll(outside, "package a_test", "package c_test")),
	} {
		facts, _, _ := do(t, m)
		if len(facts.Tests) == 0 || len(facts.Runs) != 1 || *facts.Runs[0].ExitCode != 0 {
			t.Errorf("%s: %s", name, tell(facts))
		}
	}
	facts, _, _ := do(t, tests("b", "b/b_test.go", "package b\n\nimport _ \"ex.com/m/a\"\n"))
	if got := tell(facts); !strings.Contains(got, "imports ex.com/m/b from a.go: import cycle not allowed in test") {
		t.Errorf("cycle: %s", got)
	}
}

func TestBenchmarksRunAsTheGoCommandHasThem(t *testing.T) {
	folder := "a"
	m := &wire.Message{Kind: "program", Module: "ex.com/m", Package: &folder,
		Source: files("a/a.go", "package a\n\nfunc Sum(n int) (s int) {\n\tfor i := range n {\n\t\ts += i\n\t}\n\treturn\n}\n"),
		Files:  files("a/testdata/n.txt", "100"),
		Tests: files(
			"a/in_test.go", "package a\n\nimport (\n\t\"os\"\n\t\"testing\"\n)\n\nvar set bool\n\nfunc TestMain(m *testing.M) {\n\tset = true\n\tm.Run()\n}\n\nfunc BenchmarkSum(b *testing.B) {\n\tif _, err := os.Stat(\"testdata/n.txt\"); err != nil || !set {\n\t\tb.Fatal(err)\n\t}\n\tfor b.Loop() {\n\t\tSum(100)\n\t}\n}\n\nfunc TestFails(t *testing.T) { t.Fatal(\"a test\") }\n",
			"a/out_test.go", "package a_test\n\nimport (\n\t\"testing\"\n\n\t\"ex.com/m/a\"\n)\n\nvar kept []int\n\nfunc BenchmarkAllocates(b *testing.B) {\n\tfor range b.N {\n\t\tkept = make([]int, 100+a.Sum(2))\n\t}\n}\n"),
		Args: []string{"-test.run=^$", "-test.bench=.", "-test.benchmem", "-test.benchtime=10ms"}}
	facts, _, _ := do(t, m)
	if len(facts.Runs) != 1 || *facts.Runs[0].ExitCode != 0 {
		t.Fatalf("got %s", tell(facts))
	}
	out := string(facts.Runs[0].Stdout)
	for _, line := range []string{`BenchmarkSum-?\d*\s+\d+\s+[\d.]+ ns/op\s+0 B/op\s+0 allocs/op`, `BenchmarkAllocates-?\d*\s+\d+\s+[\d.]+ ns/op\s+896 B/op\s+1 allocs/op`} {
		if !regexp.MustCompile(line).MatchString(out) {
			t.Errorf("no %s in\n%s", line, out)
		}
	}
	if strings.Contains(out, "a test") {
		t.Errorf("a test ran: %s", out)
	}
}

// `go mod init main` is what beginners do; the go command cannot test such a package.
func TestAModuleThatIsCalledMainIsTested(t *testing.T) {
	folder := ""
	source := files("main.go", "package main\n\nimport \"main/b\"\n\nfunc two() int { return b.One + 1 }\n\nfunc main() {}\n", "b/b.go", "package b\n\nconst One = 1\n")
	tests := files("main_test.go", "package main\n\nimport \"testing\"\n\nfunc TestTwo(t *testing.T) {\n\tif two() != 2 {\n\t\tt.Fatal(two())\n\t}\n}\n\nfunc BenchmarkTwo(b *testing.B) {\n\tfor b.Loop() {\n\t\ttwo()\n\t}\n}\n")
	facts, _, _ := do(t, &wire.Message{Kind: "unit", Module: "main", Package: &folder, Solution: source, Tests: tests, OwnTests: true})
	if got := tell(facts); !strings.Contains(got, "pass TestTwo") {
		t.Errorf("tested: %s", got)
	}
	facts, _, _ = do(t, &wire.Message{Kind: "program", Module: "main", Package: &folder, Source: source, Tests: tests,
		Args: []string{"-test.run=^$", "-test.bench=.", "-test.benchtime=1ms"}})
	if len(facts.Runs) != 1 || !strings.Contains(string(facts.Runs[0].Stdout), "BenchmarkTwo") {
		t.Errorf("benchmarked: %s", tell(facts))
	}
}

func TestSourcesAreFormatted(t *testing.T) {
	facts, _, _ := do(t, &wire.Message{Kind: "format", Source: files("a/a.go", "package a\nimport (\"os\"; \"fmt\")\nvar  x=os.Args\n", "b_test.go", "package b\nfunc {\n")})
	if string(facts.Runs[0].Stdout) != "package a\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nvar x = os.Args\n" {
		t.Errorf("got %q", facts.Runs[0].Stdout)
	}
	if got := tell(facts); !strings.Contains(got, "b_test.go:2:6 expected 'IDENT', found '{'") {
		t.Errorf("got %s", got)
	}
}

func TestAPackageIsCheckedAndNothingRuns(t *testing.T) {
	folder := "a"
	check := func(source, inside, outside string) string {
		m := &wire.Message{Kind: "check", Module: "ex.com/m", Package: &folder,
			Source: files("a/a.go", source, "b/b.go", "package b\n\nimport \"ex.com/m/a\"\n\nvar B = a.One\n", "main.go", "package main\n\nfunc main() { panic(1) }\n"),
			Tests:  files("a/in_test.go", inside, "a/out_test.go", outside)}
		facts, _, _ := do(t, m)
		told := tell(facts)
		for _, run := range facts.Runs {
			told += string(run.Stdout)
		}
		return told
	}
	good := "package a\n\nconst One = 1\n"
	inside := "package a\n\nimport \"testing\"\n\nfunc TestIn(t *testing.T) { t.Log(One) }\n"
	outside := "package a_test\n\nimport (\n\t\"testing\"\n\n\t\"ex.com/m/b\"\n)\n\nfunc TestOut(t *testing.T) { t.Log(b.B) }\n"
	for name, one := range map[string]struct{ source, inside, outside, want string }{
		"nothing":  {good, inside, outside, ""},
		"syntax":   {"package a\n\nfunc {\n", inside, outside, "a/a.go:3:6"},
		"type":     {"package a\n\nconst One = 1\n\nvar x int = \"a\"\n", inside, outside, "a/a.go:5:13"},
		"internal": {good, strings.Replace(inside, "One", "Two", 1), outside, "a/in_test.go:5:35 undefined: Two"},
		"external": {good, inside, strings.Replace(outside, "b.B", "b.C", 1), "a/out_test.go:9:38 undefined: b.C"},
		"vet":      {good, strings.Replace(inside, "t.Log(One)", "t.Logf(\"%s\", One)", 1), outside, "a/in_test.go:5:37 (*testing.common).Logf format %s has arg"},
		"gofmt":    {good + "\n\n\nvar  x = 2\n", inside, outside, "package a\n\nconst One = 1\n\nvar x = 2\n"},
		"gate":     {"package a\n\nimport \"unsafe\"\n\nconst One = unsafe.Sizeof(0)\n", inside, outside, "a/a.go:3:8"},
	} {
		if got := check(one.source, one.inside, one.outside); (one.want == "") != (got == "") || !strings.Contains(got, one.want) {
			t.Errorf("%s: got %q, want %q", name, got, one.want)
		}
	}
}
