package harness

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestThePinnedToolchainTakesEveryPatch(t *testing.T) {
	contents, err := patched(runtime.GOROOT())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range patches {
		if p.new != "" && !strings.Contains(contents[p.file], p.new) {
			t.Errorf("%s: a later patch undid %q", p.file, p.new)
		}
	}
}

func TestAnotherToolchainIsRefusedByName(t *testing.T) {
	goroot := t.TempDir()
	for _, p := range patches {
		source, err := os.ReadFile(filepath.Join(runtime.GOROOT(), "src", p.file))
		if err != nil {
			t.Fatal(err)
		}
		target := filepath.Join(goroot, "src", p.file)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(string(source), "parallelStart.Add(1)", "parallelStart.Add(2)")
		if err := os.WriteFile(target, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	err := WriteOverlay(goroot, t.TempDir())
	if err == nil || !strings.Contains(err.Error(), "parallelStart.Add(1)") || !strings.Contains(err.Error(), "testing/testing.go") {
		t.Fatalf("got %v, want an error that names the file and the text", err)
	}
}
