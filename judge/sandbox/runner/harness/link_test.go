package harness

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestLinkReadsAnything runs the seeds and the corpus of testdata/fuzz through the reader of what
// a solution says, and joins two processes by it. JUDGE_TEST_FUZZTIME=2m fuzzes for so long, and keeps what it fails at.
//
// The package is one of the standard library's: it is compiled here as one of its own, without
// what only the patched library has, and where it would end the process it calls lostHere.
func TestLinkReadsAnything(t *testing.T) {
	files := map[string]string{"go.mod": "module judgelink\n\ngo 1.26\n"}
	all := ""
	for _, name := range []string{"channels.go", "contexts.go", "link.go", "errors.go", "deadlock.go", "stream.go", "share.go", "nodes.go"} {
		text, err := std.ReadFile("std/judgelink/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
		all += string(text)
	}
	for old, now := range map[string]string{
		"//go:linkname stdout runtime.judgePrinted\n":                                            "",
		"//go:linkname asleep runtime.judgeAsleep\nfunc asleep() bool\n":                         "func asleep() bool { return false }\n",
		"//go:linkname goroutine runtime.judgeGoroutine\nfunc goroutine() (id, parent uint64)\n": "func goroutine() (id, parent uint64) { return 0, 0 }\n",
		"\tsyscall.Exit(Lost)\n": "\tlostHere()\n",
	} {
		if strings.Count(all, old) != 1 {
			t.Fatalf("%q is not there once", old)
		}
		for name := range files {
			files[name] = strings.Replace(files[name], old, now, 1)
		}
	}
	dir := t.TempDir()
	for _, name := range []string{"link_fuzz_test.go", "link_pair_test.go"} {
		test, err := os.ReadFile("testdata/" + name + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(test)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(kept, filepath.Join(dir, "testdata")); err != nil {
		t.Fatal(err)
	}
	arguments := []string{"test", "."}
	if long := os.Getenv("JUDGE_TEST_FUZZTIME"); long != "" {
		arguments = append(arguments, "-fuzz", "FuzzReader", "-fuzztime", long)
	}
	run := exec.Command("go", arguments...)
	run.Dir = dir
	out, err := run.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}
