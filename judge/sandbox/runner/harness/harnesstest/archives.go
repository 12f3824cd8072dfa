// Package harnesstest makes for tests what the root file system has of the standard library.
package harnesstest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"judge/runner/harness"
)

// Archives compiles std with our overlay, and the packages named, as judge/sandbox/rootfs.py
// does; it returns the archive of each import path. dir is empty and gets the overlay.
//
// Tests of several packages want this at once, and a go command does not see what another
// one is compiling: they take turns, so that it is compiled once.
func Archives(dir string, packages ...string) (map[string]string, error) {
	lock, err := os.OpenFile(filepath.Join(os.TempDir(), "judge-archives.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return nil, err
	}
	if err := harness.WriteOverlay(runtime.GOROOT(), dir); err != nil {
		return nil, err
	}
	list := exec.Command("go", append([]string{"list", "-export", "-deps", "-trimpath", "-gcflags=all=-dwarf=false",
		"-overlay", filepath.Join(dir, "overlay.json"), "-f", "{{if .Export}}{{.ImportPath}} {{.Export}}{{end}}", "std"}, packages...)...)
	list.Dir = dir
	list.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	archives := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		archives[path] = file
	}
	return archives, nil
}
