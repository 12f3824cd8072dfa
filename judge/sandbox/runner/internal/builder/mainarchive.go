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

// A mainText is a main that takes nothing from packages but that they are there.
type mainText struct {
	name  string   // what it is kept as
	links []string // the packages
	from  string   // a package of ours that all of them import
	call  string   // what it does, of a package of Go's or ours
	of    string   // that package
}

// testMain runs the tests of the package.
func (j *job) testMain(external bool) mainText {
	m := mainText{name: "main", links: []string{j.target}, from: "internal/judgeharness",
		of: "testing", call: fmt.Sprintf("testing.JudgeMain(%q, %q)", j.target, j.target)}
	if external {
		m.name, m.links = "main-external", append(m.links, j.target+"_test")
	}
	return m
}

// serverMain answers for the package, which the server is a file of.
func (j *job) serverMain() mainText {
	return mainText{name: "server", links: []string{j.target}, from: "internal/judgelink", of: "internal/judgelink", call: "judgelink.Main()"}
}

// main returns the archive of a main. It is the same for every submission, so it is
// compiled once, against packages that are empty but have something to initialise, as
// every package that it is linked with has.
//
// The linker compares the fingerprint of what a package was compiled against with
// that of what it is linked with, and leaves that out where the fingerprint is zero,
// as it is in assembly. Main takes nothing from the package but that it is there, so
// we write zeros. Where that does not come out as expected, the build fails.
func (j *job) main(text mainText) mainArchive {
	key := fmt.Sprintf("%s-%x", text.name, j.target)
	if len(key) > 200 || !j.keep() {
		key = "" // never kept
	}
	if kept := j.tc.kept(key); kept != "" {
		return mainArchive{path: kept}
	}
	archive, err := j.compileMain(text)
	if err != nil {
		return mainArchive{err: j.blamed(err, tests)}
	}
	if err := os.WriteFile(j.path("main-kept.a"), archive, 0o644); err != nil {
		return mainArchive{err: err}
	}
	if key != "" {
		if kept := j.tc.keep(key, j.path("main-kept.a")); kept != "" {
			return mainArchive{path: kept}
		}
	}
	return mainArchive{path: j.path("main-kept.a")}
}

func (j *job) compileMain(m mainText) ([]byte, error) {
	lib := library{}
	var imports bytes.Buffer
	var empty [][]byte
	for i, path := range m.links {
		fmt.Fprintf(&imports, "import _ %q\n", path)
		name := fmt.Sprintf("empty%d", i)
		if err := j.write("gen/"+name+".go", fmt.Appendf(nil, "package empty\n\nimport _ %q\n", m.from)); err != nil {
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
	text := fmt.Sprintf("package main\n\nimport %q\n%s\nfunc main() { %s }\n", m.of, imports.Bytes(), m.call)
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
