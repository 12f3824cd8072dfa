package main

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

func archive(t *testing.T, name, text string) string {
	t.Helper()
	var packed bytes.Buffer
	made := tar.NewWriter(&packed)
	if err := made.WriteHeader(&tar.Header{Name: name, Size: int64(len(text)), Mode: 0o644}); err != nil {
		t.Fatal(err)
	}
	made.Write([]byte(text))
	made.Close()
	return packed.String()
}

func framed(kind, body string) string {
	return fmt.Sprintf("%s: %d\r\n\r\n%s", kind, len(body), body)
}

func TestMessagesPassAndFilesStay(t *testing.T) {
	shelf := filepath.Join(t.TempDir(), "shelf")
	if err := os.Mkdir(shelf, 0o755); err != nil {
		t.Fatal(err)
	}
	one, two := framed("Content-Length", `{"a":1}`), framed("Content-Length", `{"b":2}`)
	said := one + framed("Files", archive(t, "1/m@v1/a.go", "package a")) +
		framed("Files", archive(t, "2/b.go", "package b")) + two + framed("Forget", "2")
	var passed bytes.Buffer
	if err := carry(bytes.NewBufferString(said), &passed, shelf); err != nil {
		t.Fatal(err)
	}
	if passed.String() != one+two {
		t.Errorf("passed on: %q", passed.String())
	}
	if text, err := os.ReadFile(filepath.Join(shelf, "1/m@v1/a.go")); string(text) != "package a" {
		t.Errorf("written: %q, %v", text, err)
	}
	if _, err := os.Stat(filepath.Join(shelf, "2")); !os.IsNotExist(err) {
		t.Errorf("not forgotten: %v", err)
	}
}

func TestNothingIsWrittenOutside(t *testing.T) {
	around := t.TempDir()
	shelf := filepath.Join(around, "shelf")
	if err := os.Mkdir(shelf, 0o755); err != nil {
		t.Fatal(err)
	}
	last := framed("Content-Length", "{}")
	said := framed("Files", archive(t, "../evil.go", "")) + framed("Forget", "../shelf") + last
	var passed bytes.Buffer
	if err := carry(bytes.NewBufferString(said), &passed, shelf); err != nil {
		t.Fatal(err)
	}
	if found, _ := os.ReadDir(around); len(found) != 1 || passed.String() != last {
		t.Errorf("outside: %v, passed on: %q", found, passed.String())
	}
}

func TestWhatIsNoHeaderEndsIt(t *testing.T) {
	for _, said := range []string{"Content-Length: -1\r\n\r\n", "GET / HTTP/1.1\r\nHost: x\r\n", "Files: 1\r\nX: 2\r\n\r\n"} {
		if err := carry(bytes.NewBufferString(said), &bytes.Buffer{}, t.TempDir()); err == nil {
			t.Errorf("%q was taken", said)
		}
	}
}
