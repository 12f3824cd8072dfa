package builder

import (
	"bytes"
	"errors"
	"fmt"
	"os"
)

// goobjMagic begins an object file; the eight bytes after it are its fingerprint.
var goobjMagic = []byte("\x00go120ld")

const fingerprintSize = 8

// A mainArchive is the compiled main of a test binary.
type mainArchive struct {
	path string
	err  error
}

// main returns the archive of the main that runs the tests of the package. It is the
// same for every submission, so it is compiled once, against packages that are empty but have something to
// initialise, as every package under test has.
//
// The linker compares the fingerprint of what a package was compiled against with
// that of what it is linked with, and leaves that out where the fingerprint is zero,
// as it is in assembly. Main takes nothing from the package but that it is there, so
// we write zeros. Where that does not come out as expected, the build fails.
func (j *job) main(external bool) mainArchive {
	key := fmt.Sprintf("main-%x-%t", j.target, external)
	if len(key) > 200 || !j.keep() {
		key = "" // never kept
	}
	if kept := j.tc.kept(key); kept != "" {
		return mainArchive{path: kept}
	}
	archive, err := j.compileMain(external)
	if err != nil {
		return mainArchive{err: j.blamed(err, tests)}
	}
	if err := os.WriteFile(j.path("main.a"), archive, 0o644); err != nil {
		return mainArchive{err: err}
	}
	if key != "" {
		if kept := j.tc.keep(key, j.path("main.a")); kept != "" {
			return mainArchive{path: kept}
		}
	}
	return mainArchive{path: j.path("main.a")}
}

func (j *job) compileMain(external bool) ([]byte, error) {
	paths := []string{j.target}
	if external {
		paths = append(paths, j.target+"_test")
	}
	lib := library{}
	var imports bytes.Buffer
	var empty [][]byte
	for i, path := range paths {
		fmt.Fprintf(&imports, "import _ %q\n", path)
		name := fmt.Sprintf("empty%d", i)
		if err := j.write("gen/"+name+".go", []byte("package empty\n\nimport _ \"internal/judgeharness\"\n")); err != nil {
			return nil, err
		}
		if err := j.compile(path, j.Go, name+".a", []string{j.path("gen", name+".go")}, library{}); err != nil {
			return nil, err
		}
		lib[path] = j.path(name + ".a")
		archive, err := os.ReadFile(lib[path])
		if err != nil {
			return nil, err
		}
		empty = append(empty, archive)
	}
	text := fmt.Sprintf("package main\n\nimport \"testing\"\n%s\nfunc main() { testing.JudgeMain(%q, %q) }\n", imports.Bytes(), j.target, j.target)
	if err := j.write("gen/_judge_main.go", []byte(text)); err != nil {
		return nil, err
	}
	if err := j.compile("main", j.Go, "main-new.a", []string{j.path("gen", "_judge_main.go")}, lib); err != nil {
		return nil, err
	}
	main, err := os.ReadFile(j.path("main-new.a"))
	if err != nil {
		return nil, err
	}
	for _, archive := range empty {
		if main, err = withoutFingerprint(main, archive); err != nil {
			return nil, err
		}
	}
	return main, nil
}

// withoutFingerprint returns main with zeros where it says the fingerprint of archive.
func withoutFingerprint(main, archive []byte) ([]byte, error) {
	at := bytes.LastIndex(archive, goobjMagic)
	if at < 0 || len(archive) < at+len(goobjMagic)+fingerprintSize {
		return nil, errors.New("an archive without an object")
	}
	print := archive[at+len(goobjMagic):][:fingerprintSize]
	if n := bytes.Count(main, print); n != 1 {
		return nil, fmt.Errorf("main has the fingerprint of an import %d times, not once", n)
	}
	return bytes.Replace(main, print, make([]byte, fingerprintSize), 1), nil
}
