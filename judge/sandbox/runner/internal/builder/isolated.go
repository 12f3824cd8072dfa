package builder

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"judge/runner/internal/box"
	"judge/runner/internal/isolate"
	"judge/runner/internal/wire"
)

// Prepared is what isolated tests need once for each version of a problem: the program
// of the tests, and the source of the server that each submission is built with.
type Prepared struct {
	Program  string // of the tests, in the store
	Source   []byte // of the server
	Beside   []byte // the same as a file of the package, where that declares none of Reserved
	Reserved []string
	Items    []isolate.Item
	Inside   bool // Beside is the only way, and what Items are about
	used     time.Time
}

const (
	// maxPrepared bounds how many problems are kept prepared: a program has about 3 MB.
	maxPrepared = 12
	// maxHalves bounds what the generator writes, in bytes.
	maxHalves = 8 << 20

	serverFile = "_judge_server.go"
	besideFile = "_judge_beside.go"
	stubFile   = "judge_stand_in.go"
)

// Key names what a problem is prepared from.
func (tc *Toolchain) Key(plan *Plan) string {
	hash := sha256.New()
	fmt.Fprintf(hash, "%s\n%s\n%s\n", tc.Version, plan.Go, plan.Module)
	for _, files := range []wire.Files{plan.Solution, plan.Pack, plan.Tests} {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			fmt.Fprintf(hash, "%q %d\n%s", name, len(files[name]), files[name])
		}
		fmt.Fprintln(hash)
	}
	return hex.EncodeToString(hash.Sum(nil)[:16])
}

// Prepare prepares isolated tests; plan.Solution is the reference. Where that cannot be
// done Prepared is nil and the result says why. Others are those prepared before; the one
// that was used longest ago goes where there are too many.
func (tc *Toolchain) Prepare(ctx context.Context, plan *Plan, others map[string]*Prepared) (*Prepared, *Result, error) {
	key := tc.Key(plan)
	if p := others[key]; p != nil {
		p.used = time.Now()
		return p, nil, nil
	}
	halves, result, err := tc.halves(ctx, plan)
	if halves == nil {
		return nil, result, err
	}
	// Of the package's own files only what is no Go is beside the tests.
	stand := *plan
	stand.Solution, stand.Pack, stand.Vet, stand.Stand = wire.Files{stubFile: halves.Stub}, maps.Clone(plan.Pack), false, true
	maps.DeleteFunc(stand.Pack, func(name string, _ []byte) bool { return isSource(name, plan.folder()) })
	result, err = tc.Build(ctx, &stand)
	if err != nil || !result.Facts.OK {
		if result != nil {
			result.Facts.Culprit = tests
		}
		return nil, result, err
	}
	program, err := tc.keepTests(key, result.Program)
	if err != nil {
		return nil, nil, err
	}
	for len(others) >= maxPrepared {
		oldest := slices.MinFunc(slices.Collect(maps.Keys(others)), func(a, b string) int { return others[a].used.Compare(others[b].used) })
		if err := os.Remove(others[oldest].Program); err != nil {
			return nil, nil, err
		}
		delete(others, oldest)
	}
	others[key] = &Prepared{Program: program, Source: halves.Server, Beside: halves.Beside, Reserved: halves.Reserved,
		Items: halves.Items, Inside: halves.Inside, used: time.Now()}
	return others[key], result, nil
}

// keepTests keeps the program of tests where only the runner comes: users of runs may
// execute what it hands them, and not look for it.
func (tc *Toolchain) keepTests(key, program string) (string, error) {
	dir := filepath.Join(tc.store, "tests")
	text, err := os.ReadFile(program)
	if err == nil {
		err = os.MkdirAll(dir, 0o700)
	}
	kept := filepath.Join(dir, key)
	if err == nil {
		err = os.WriteFile(kept, text, 0o755)
	}
	return kept, err
}

func (p *Plan) folder() string { return path.Clean(p.Folder) }

// halves has the generator write stand-in and server; nil where it cannot.
func (tc *Toolchain) halves(ctx context.Context, plan *Plan) (*isolate.Output, *Result, error) {
	dir, err := box.NewWorkdir(box.BuildUID)
	if err != nil {
		return nil, nil, err
	}
	b := &bench{tc: tc, ctx: ctx, dir: dir, deadline: time.Now().Add(wire.Seconds(plan.Seconds)), memory: plan.MemoryBytes}
	text, err := json.Marshal(tc.input(plan))
	if err != nil {
		return nil, nil, err
	}
	if err := errors.Join(b.write("in.json", text), b.write("src/empty", nil)); err != nil {
		return nil, nil, err
	}
	result := &Result{Facts: wire.Build{Culprit: tests}}
	_, _, err = b.run("isolate", b.path("in.json"), b.path("out.json"))
	result.Abnormal = b.abnormal
	var limit stopped
	var said told
	switch {
	case errors.As(err, &limit):
		result.Facts.Limit = limit.limit
		return nil, result, nil
	case errors.As(err, &said):
		result.Facts.Diagnostics = parse(append(said.stdout, said.stderr...), b.path("src"))
		return nil, result, nil
	case err != nil:
		return nil, nil, err
	}
	info, err := os.Lstat(b.path("out.json"))
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxHalves {
		return nil, nil, fmt.Errorf("what the generator of isolated tests wrote cannot be read: %w", err)
	}
	if text, err = os.ReadFile(b.path("out.json")); err != nil {
		return nil, nil, err
	}
	var out isolate.Output
	if err := json.Unmarshal(text, &out); err != nil {
		return nil, nil, err
	}
	for _, r := range out.Refusals {
		result.Facts.Diagnostics = append(result.Facts.Diagnostics, wire.Diagnostic{File: r.File, Line: r.Line, Column: r.Column,
			Message: "these tests cannot be isolated: " + r.Message})
	}
	if len(out.Refusals) > 0 {
		result.Refused = true
		return nil, result, nil
	}
	return &out, nil, nil
}

// input sorts a problem's files for the generator.
func (tc *Toolchain) input(plan *Plan) isolate.Input {
	in := isolate.Input{Path: plan.Module, Go: plan.Go, Archives: tc.archives,
		Package: map[string][]byte{}, Internal: map[string][]byte{}, External: map[string][]byte{}, Others: map[string]map[string][]byte{}}
	constraints := NewContext(tc.Version)
	for _, files := range []wire.Files{plan.Solution, plan.Pack} {
		for name, text := range files {
			if isSource(name, plan.folder()) && Built(constraints, name, text) {
				in.Package[name] = text
			}
		}
	}
	for name, text := range plan.Tests {
		if isSource(name, plan.folder()) && Built(constraints, name, text) {
			in.Internal[name] = text
		}
	}
	for _, name := range plan.Suite.Internal {
		in.Internal[name] = plan.text(name)
	}
	for _, name := range plan.Suite.External {
		in.External[name] = plan.text(name)
	}
	all := maps.Clone(plan.Pack)
	if all == nil {
		all = wire.Files{}
	}
	maps.Copy(all, plan.Tests)
	for importPath, u := range packages(all, plan.Module, constraints) {
		in.Others[importPath] = map[string][]byte{}
		for _, s := range u.sources {
			in.Others[importPath][s.name] = s.text
		}
	}
	return in
}

func (p *Plan) text(name string) []byte {
	if text, ok := p.Tests[name]; ok {
		return text
	}
	return p.Pack[name]
}

// server builds the package and the program that answers for it.
func (j *job) server(result *Result, pack wire.Files) error {
	alone := j.alone(j.target)
	if err := j.clauses(alone, j.Suite.Package, "the tests"); err != nil {
		return err
	}
	if len(alone.sources) == 0 {
		return &failed{solution, []wire.Diagnostic{{Message: "there are no Go files to build"}}}
	}
	err := j.timed("compile", func() error {
		units, err := j.packages(pack)
		if err != nil {
			return err
		}
		_, err = j.dependencies(units, alone.imports(), j.target, pack)
		return err
	})
	if err != nil {
		return err
	}
	warned := make(chan error, 1)
	lib := maps.Clone(j.lib)
	go func() {
		if !j.Vet {
			warned <- nil
			return
		}
		warned <- j.timed("vet", func() (err error) {
			result.Warnings, _, err = j.vet(alone, j.Go, j.Solution, lib)
			return err
		})
	}()
	var main string
	err = j.timed("compile", func() (err error) {
		if main, err = j.beside(alone, pack); main != "" || err != nil {
			return err
		}
		if j.Server.Inside {
			return j.unfit(alone, pack)
		}
		main, err = j.apart(alone, pack)
		return err
	})
	if err == nil {
		err = j.timed("link", func() error { return j.blamed(j.link(main, "prog", j.lib), solution) })
	}
	return errors.Join(err, <-warned)
}

// beside compiles the package with the server as one of its files, and returns the main
// to link it with; "" where that cannot be done, of which apart finds out the reason.
func (j *job) beside(alone *unit, pack wire.Files) (main string, err error) {
	places := declared(alone)
	if slices.ContainsFunc(j.Server.Reserved, func(name string) bool { return places[name].Line > 0 }) {
		return "", nil
	}
	if err := j.write("gen/"+besideFile, j.Server.Beside); err != nil {
		return "", err
	}
	err = j.compileHalf(j.target, "pkg.a", alone.sources, pack, j.path("gen", besideFile))
	if errors.As(err, new(told)) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	j.lib[j.target] = j.path("pkg.a")
	archive := j.main(j.serverMain())
	return archive.path, archive.err
}

// unfit finds out why the package cannot be compiled with the server as one of its files: for
// itself, or because it is not what the tests use.
func (j *job) unfit(alone *unit, pack wire.Files) error {
	if err := j.compileHalf(j.target, "pkg.a", alone.sources, pack); err != nil {
		return j.blamed(err, solution)
	}
	places := declared(alone)
	var taken []wire.Diagnostic
	for _, name := range j.Server.Reserved {
		if at := places[name]; at.Line > 0 {
			taken = append(taken, wire.Diagnostic{File: at.Filename, Line: at.Line, Column: at.Column,
				Message: fmt.Sprintf("%s cannot be declared by the package: what the tests are run with needs the name; call it something else", name)})
		}
	}
	if len(taken) > 0 {
		return &failed{solution, taken}
	}
	err := j.compileHalf(j.target, "pkg.a", alone.sources, pack, j.path("gen", besideFile))
	if err == nil {
		return errors.New("a package compiles with its server that did not a moment ago")
	}
	return j.fits(j.blamed(err, solution), alone)
}

// apart compiles the package, and a main that is the server.
func (j *job) apart(alone *unit, pack wire.Files) (main string, err error) {
	if err := j.compileHalf(j.target, "pkg.a", alone.sources, pack); err != nil {
		return "", j.blamed(err, solution)
	}
	j.lib[j.target] = j.path("pkg.a")
	if err := j.write("gen/"+serverFile, j.Server.Source); err != nil {
		return "", err
	}
	err = j.compile("main", j.Go, "main.a", []string{j.path("gen", serverFile)}, j.lib, "-complete")
	return j.path("main.a"), j.fits(j.blamed(err, solution), alone)
}

var valueOf = regexp.MustCompile(`\((?:value|variable|constant)[^()]* of (?:\w+ )?type (.*)\) as `)

// fits turns the compiler's messages about the server into ones about the submission,
// whose API is not the one that the tests use.
func (j *job) fits(err error, alone *unit) error {
	var messages *failed
	if !errors.As(err, &messages) {
		return err
	}
	places := declared(alone)
	var list []wire.Diagnostic
	seen := map[string]bool{}
	for _, d := range messages.diagnostics {
		i := slices.IndexFunc(j.Server.Items, func(item isolate.Item) bool {
			return (path.Base(d.File) == serverFile || path.Base(d.File) == besideFile) && item.Line == d.Line
		})
		if i < 0 || seen[j.Server.Items[i].Name] {
			continue
		}
		item := j.Server.Items[i]
		seen[item.Name] = true
		at := places[item.Name]
		list = append(list, wire.Diagnostic{File: at.Filename, Line: at.Line, Column: at.Column, Message: misfit(item, d.Message, at.Filename != "")})
	}
	if len(list) == 0 {
		// A line that calls what has another shape than its declaration promised.
		for _, d := range messages.diagnostics {
			list = append(list, wire.Diagnostic{Message: "your code does not fit the tests: " + strings.ReplaceAll(d.Message, "solution.", "")})
		}
	}
	return &failed{solution, list}
}

// misfit says what is wrong with an item.
func misfit(item isolate.Item, message string, isThere bool) string {
	if !isThere {
		return fmt.Sprintf("%s is missing: the tests use it, as `%s`", item.Name, item.Want)
	}
	if item.Differs != "" {
		return fmt.Sprintf("%s must have a value of its own: it is equal to one of %s", item.Name, item.Differs)
	}
	if m := valueOf.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("%s must be `%s`, yours is `%s`", item.Name, item.Want, strings.ReplaceAll(m[1], "solution.", ""))
	}
	return fmt.Sprintf("%s must be `%s`", item.Name, item.Want)
}

// declared are the places of the names that a package declares; methods as "T.M".
func declared(u *unit) map[string]token.Position {
	fset := token.NewFileSet()
	places := map[string]token.Position{}
	for _, s := range u.sources {
		tree, err := parser.ParseFile(fset, s.name, s.text, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		for _, decl := range tree.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if d.Recv.NumFields() == 1 {
					t := d.Recv.List[0].Type
					if star, ok := t.(*ast.StarExpr); ok {
						t = star.X
					}
					switch generic := t.(type) {
					case *ast.IndexExpr:
						t = generic.X
					case *ast.IndexListExpr:
						t = generic.X
					}
					if id, ok := t.(*ast.Ident); ok {
						name = id.Name + "." + name
					}
				}
				places[name] = fset.PositionFor(d.Name.Pos(), false)
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						places[spec.Name.Name] = fset.PositionFor(spec.Name.Pos(), false)
					case *ast.ValueSpec:
						for _, id := range spec.Names {
							places[id.Name] = fset.PositionFor(id.Pos(), false)
						}
					}
				}
			}
		}
	}
	return places
}
