package work

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"judge/runner/internal/wire"
)

// fuzz fuzzes FuzzX, whose body is given, and returns what was told last and all that was printed.
// The code under test is of another package of the module, so that all of it must be counted.
func fuzz(t *testing.T, seconds float64, code, body string, more ...string) (last fuzzing, printed string, events []wire.Event) {
	t.Helper()
	folder := "a"
	m := &wire.Message{Kind: "program", Module: "ex.com/m", Package: &folder, Fuzz: "FuzzX", FuzzSeconds: seconds, Interactive: true,
		Source: files("a/a.go", "package a\n", "b/b.go", "package b\n\n"+code), Files: files(more...), Env: map[string]string{"GODEBUG": "fuzzseed=1"},
		Tests: files("a/a_test.go", "package a\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\t\"testing\"\n\n\t\"ex.com/m/b\"\n)\n\nvar _, _, _ = fmt.Sprint, os.Exit, b.B\n\nfunc FuzzOther(f *testing.F) { panic(\"another\") }\n\nfunc FuzzX(f *testing.F) {\n"+body+"\n}\n")}
	m.Limits = limits
	m.Limits.OutputKB, m.Limits.CPUSeconds, m.Limits.MemoryMB = 8<<10, 20, 100
	outcome, err := judge.Do(t.Context(), m, NewControl(), func(e wire.Event) {
		e.Data = bytes.Clone(e.Data)
		events = append(events, e)
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		switch e.Kind {
		case "fuzz":
			if err := json.Unmarshal(e.Data, &last); err != nil {
				t.Fatal(err)
			}
		case "stdout", "stderr":
			printed += string(e.Data)
		}
	}
	if last.State == "" {
		t.Fatalf("it was not fuzzed: %s", tell(outcome.Facts))
	}
	return last, printed, events
}

const nothing = "const B = 1\n"

func TestFuzzingFindsASmallFailingInput(t *testing.T) {
	code := "const B = 1\n\nfunc Parse(s string) {\n\tif len(s) > 3 && s[0] == 'F' && s[1] == 'U' && s[2] == 'Z' && s[3] == 'Z' {\n\t\tpanic(\"found\")\n\t}\n}\n"
	last, printed, _ := fuzz(t, 10, code, "\tf.Add(\"abcd\", 1)\n\tf.Fuzz(func(t *testing.T, s string, _ int) { b.Parse(s) })")
	if last.Outcome != "failed" || !last.Minimised || !strings.HasPrefix(last.Input, "go test fuzz v1\nstring(\"FUZZ\")\nint(") || last.Execs < 10 || last.Found == 0 || last.Bits == 0 {
		t.Fatalf("got %+v", last)
	}
	if last.Name != fmt.Sprintf("%x", sha256.Sum256([]byte(last.Input)))[:16] {
		t.Errorf("it is called %s", last.Name)
	}
	if !strings.Contains(last.Message, "panic: found") || !strings.Contains(last.Message, "b/b.go:7") {
		t.Errorf("no place in %q", last.Message)
	}
	if !strings.Contains(printed, "--- FAIL: FuzzX (") || strings.Contains(printed, "found") {
		t.Errorf("printed: %s", printed)
	}
	t.Logf("%d executions in %.2f s", last.Execs, last.Seconds)
}

func TestEveryTypeIsFuzzed(t *testing.T) {
	types := []string{"[]byte", "string", "bool", "byte", "rune", "float32", "float64", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64"}
	var params, same []string
	for i, one := range types {
		params = append(params, fmt.Sprintf("v%d %s", i, one))
		if one != "[]byte" {
			same = append(same, fmt.Sprintf("v%d == 0", i))
		}
	}
	same[0], same[1] = "v1 == \"\"", "!v2"
	body := "\tchanged := map[string]bool{}\n\tf.Fuzz(func(t *testing.T, " + strings.Join(params, ", ") + ") {\n\t\tif len(v0) > 0 { v0[0] = 'x'; changed[\"v0\"] = true }\n"
	for _, one := range same {
		body += fmt.Sprintf("\t\tif !(%s) { changed[%q] = true }\n", one, one)
	}
	last, printed, _ := fuzz(t, 1, nothing, body+"\t})\n\tfmt.Println(len(changed), \"changed\")")
	if last.Outcome != "passed" || !strings.Contains(printed, fmt.Sprintf("%d changed", len(types))) {
		t.Errorf("got %+v\n%s", last, printed)
	}
}

func TestTheInputIsKnownOfWhateverEndsTheProcess(t *testing.T) {
	for name, one := range map[string]struct{ does, outcome, says string }{
		"exit":      {"os.Exit(3)", "crashed", "exit code 3"},
		"exit 0":    {"os.Exit(0)", "failed", "os.Exit(0)"},
		"goroutine": {"go func() { panic(\"elsewhere\") }(); select {}", "crashed", "panic: elsewhere"},
		"stack":     {"var f func(int) int; f = func(n int) int { return f(n+1) + 1 }; f(0)", "crashed", "fatal error: stack overflow"},
		"memory":    {"var all [][]byte; for { all = append(all, make([]byte, 1<<20)); for i := range all[len(all)-1] { all[len(all)-1][i] = 1 } }", "crashed", "memory"},
		"endless":   {"for { _ = s }", "hang", "one call was not over after"},
		"waits":     {"select {}", "hang", "a_test.go:"},
	} {
		t.Run(name, func(t *testing.T) {
			last, printed, _ := fuzz(t, 10, nothing, "\tf.Add(\"good\")\n\tf.Fuzz(func(t *testing.T, s string) {\n\t\tif s != \"good\" {\n\t\t\t"+one.does+"\n\t\t}\n\t})")
			if last.Outcome != one.outcome || !strings.HasPrefix(last.Input, "go test fuzz v1\nstring(") || strings.Contains(last.Input, "\"good\"") || !strings.Contains(last.Message, one.says) {
				t.Errorf("got %+v\n%s", last, printed)
			}
		})
	}
}

func TestSeedsComeFirst(t *testing.T) {
	target := "\tf.Add(\"from the code\")\n\tf.Fuzz(func(t *testing.T, s string) {\n\t\tif s == \"from a file\" { t.Fatal(\"bad\") }\n\t})"
	corpus := "go test fuzz v1\nstring(\"from a file\")\n"
	last, _, _ := fuzz(t, 5, nothing, target, "a/testdata/fuzz/FuzzX/one", corpus)
	if last.Outcome != "failed" || !strings.HasSuffix(last.Seed, "/one") || last.Input != corpus || last.Execs != 2 || last.Minimised {
		t.Errorf("got %+v", last)
	}
	for name, one := range map[string]struct{ body, file, says string }{
		"type":     {"\tf.Add(5)\n\tf.Fuzz(func(t *testing.T, s string) {})", "", "mismatched types in corpus entry: [int], want [string]"},
		"file":     {"\tf.Fuzz(func(t *testing.T, s int) {})", corpus, "mismatched types in corpus entry"},
		"no text":  {"\tf.Fuzz(func(t *testing.T, s string) {})", "nonsense", "must include version and at least one value"},
		"no Fuzz":  {"\tf.Add(5)", "", "returned without calling F.Fuzz"},
		"no type":  {"\tf.Fuzz(func(t *testing.T, s struct{}) {})", "", "unsupported type for fuzzing struct {}"},
		"f inside": {"\tf.Fuzz(func(t *testing.T, s string) { f.Log(s) })", "", "f.Log was called inside the fuzz target"},
	} {
		t.Run(name, func(t *testing.T) {
			var more []string
			if one.file != "" {
				more = []string{"a/testdata/fuzz/FuzzX/one", one.file}
			}
			last, printed, _ := fuzz(t, 1, nothing, one.body, more...)
			if last.Outcome != "none" && last.Outcome != "failed" || !strings.Contains(printed+last.Message, one.says) {
				t.Errorf("got %+v\n%s", last, printed)
			}
		})
	}
}

func TestFuzzingTellsHowFarItIsAndKeepsWhatIsPrintedShort(t *testing.T) {
	last, printed, events := fuzz(t, 1, nothing, "\tf.Fuzz(func(t *testing.T, s []byte) {\n\t\tif len(s) > 0 { s[0] = 1 }\n\t\tfmt.Println(\"printed by the target, and often\")\n\t})")
	if last.Outcome != "passed" || last.Execs < 100 || last.Seconds < 1 {
		t.Errorf("got %+v", last)
	}
	if len(printed) > fuzzPrinted+2*fuzzTail || !strings.Contains(printed, "bytes are left out") || !strings.Contains(printed, "fuzz: elapsed: ") {
		t.Errorf("%d bytes were printed, the last %q", len(printed), printed[max(0, len(printed)-200):])
	}
	told := slices.DeleteFunc(slices.Clone(events), func(e wire.Event) bool { return e.Kind != "fuzz" })
	if len(told) < 2 || len(told) > 8 {
		t.Errorf("told %d times in a second", len(told))
	}
}

func TestAFuzzTargetThatIsNotThere(t *testing.T) {
	folder := ""
	for text, says := range map[string]string{
		"func FuzzY(f *testing.F) {}": "there is no fuzz target FuzzX",
		"func FuzzX(t *testing.T) {}": "wrong signature for FuzzX, must be: func FuzzX(f *testing.F)",
	} {
		facts, _, _ := do(t, &wire.Message{Kind: "program", Module: "ex.com/m", Package: &folder, Fuzz: "FuzzX", FuzzSeconds: 1,
			Source: files("a.go", "package a\n"), Tests: files("a_test.go", "package a\n\nimport \"testing\"\n\n"+text+"\n")})
		if got := tell(facts); !strings.Contains(got, says) || len(facts.Runs) > 0 {
			t.Errorf("got %s", got)
		}
	}
}
