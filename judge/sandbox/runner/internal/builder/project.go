package builder

import (
	"fmt"
	gobuild "go/build"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"judge/runner/internal/wire"
)

// A project is a module in folders, all of it written by one person: what depends on
// what is checked here, with the words of the go command, before anything is compiled.

// modulePackages returns all packages of a module, its root among them, by import path.
func modulePackages(files wire.Files, module string, ctx *gobuild.Context) map[string]*unit {
	below := packages(files, module, ctx)
	root := &unit{path: module}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if isSource(name, ".") && Built(ctx, name, files[name]) {
			root.sources = append(root.sources, newSource(name, files[name]))
		}
	}
	if len(root.sources) > 0 {
		below[module] = root
	}
	return below
}

// addDependencies puts the packages of others below src/vendor, a folder that no project
// has, and adds them to units. They were chosen by the build constraints before. A package
// of the project's own goes before another's of the same path.
func (j *job) addDependencies(units map[string]*unit) error {
	for _, one := range j.Dependencies {
		if units[one.Path] != nil {
			continue
		}
		u := &unit{path: one.Path, dir: "vendor/" + one.Path, lang: "go" + one.Go, files: wire.Files{}}
		for _, base := range slices.Sorted(maps.Keys(one.Files)) {
			name := u.dir + "/" + base
			if !filepath.IsLocal(one.Path) || !filepath.IsLocal(base) || path.Clean(name) != name {
				return fmt.Errorf("the file %q of a dependency lies outside of its folder", name)
			}
			if err := j.write("src/"+name, one.Files[base]); err != nil {
				return err
			}
			u.files[name] = one.Files[base]
			if isSource(name, u.dir) {
				u.sources = append(u.sources, newSource(name, one.Files[base]))
			}
		}
		units[one.Path] = u
	}
	return nil
}

// isSource reports whether name is a Go file, not a test, directly in the folder.
func isSource(name, folder string) bool {
	return path.Dir(name) == folder && path.Ext(name) == ".go" && !strings.HasSuffix(name, "_test.go")
}

// ModulePaths are the import paths of a module's packages.
func ModulePaths(files wire.Files, module string, ctx *gobuild.Context) map[string]bool {
	paths := map[string]bool{}
	for path := range modulePackages(files, module, ctx) {
		paths[path] = true
	}
	return paths
}

// Newer reports whether the language version ("go1.30") is beyond the toolchain's.
func (tc *Toolchain) Newer(lang string) bool {
	return !slices.Contains(releaseTags(tc.Version), lang)
}

// A step is an import on the way to a package: who imports it, and in which file.
type step struct{ path, file string }

// checkProject looks at all that the target, with its tests, needs.
func (j *job) checkProject(units map[string]*unit) error {
	var found []wire.Diagnostic
	done := map[string]bool{}
	var visit func(u *unit, trail []step, test bool)
	visit = func(u *unit, trail []step, test bool) {
		for _, s := range u.sources {
			for _, imported := range s.imports {
				next := units[imported]
				if next == nil {
					continue
				}
				at := wire.Diagnostic{File: s.name, Line: s.places[imported].Line, Column: s.places[imported].Column}
				way := append(slices.Clone(trail), step{imported, path.Base(s.name)})
				switch {
				case slices.ContainsFunc(trail, func(one step) bool { return one.path == imported }):
					at.Message = cycle(way, test)
					found = append(found, at)
					continue
				case !mayImport(u.path, imported):
					at.Message = fmt.Sprintf("use of internal package %s not allowed", imported)
					found = append(found, at)
				case next.isProgram():
					at.Message = fmt.Sprintf("import %s is a program, not an importable package", strconv.Quote(imported))
					found = append(found, at)
				}
				if !done[imported] {
					visit(next, way, test)
					done[imported] = true
				}
			}
		}
	}
	target := units[j.target]
	if target != nil {
		visit(target, []step{{path: j.target}}, false)
	}
	if j.Suite != nil && len(found) == 0 {
		clear(done)
		visit(&unit{path: j.target, sources: j.sourcesOf(j.Suite.Internal)}, []step{{path: j.target}}, true)
		clear(done)
		// Tests of package x_test may import the package itself, even where it is a program.
		delete(units, j.target)
		visit(&unit{path: j.target, sources: j.sourcesOf(j.Suite.External)}, []step{{path: j.target + "_test"}}, true)
		if target != nil {
			units[j.target] = target
		}
	}
	if len(found) > 0 {
		return &failed{solution, found}
	}
	return nil
}

func (j *job) sourcesOf(names []string) (list []source) {
	for _, name := range names {
		list = append(list, newSource(name, j.Tests[name]))
	}
	return list
}

func (u *unit) isProgram() bool {
	return slices.ContainsFunc(u.sources, func(s source) bool { return s.clause == "main" })
}

// cycle tells the way round, as the go command does.
func cycle(way []step, test bool) string {
	var b strings.Builder
	b.WriteString("package " + way[0].path)
	for _, one := range way[1:] {
		fmt.Fprintf(&b, "\n\timports %s from %s", one.path, one.file)
	}
	b.WriteString(": import cycle not allowed")
	if test {
		b.WriteString(" in test")
	}
	return b.String()
}

// mayImport is the rule of internal packages: below the folder that "internal" is in.
func mayImport(importer, imported string) bool {
	elements := strings.Split(imported, "/")
	for i := len(elements) - 1; i >= 0; i-- {
		if elements[i] == "internal" {
			parent := strings.Join(elements[:i], "/")
			return importer == parent || strings.HasPrefix(importer, parent+"/")
		}
	}
	return true
}
