package builder

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"judge/runner/internal/wire"
)

// A source is a Go file as the compiler gets it: by its name below the bench's src.
type source struct {
	name    string
	text    []byte
	imports []string
	places  map[string]token.Position // of the imports
	clause  string
}

// A unit is a package of the pack, or the package that is graded.
type unit struct {
	path    string
	dir     string // below src, "" for the folder of the module
	sources []source
	asm     []source // assembly, for packages of the pack only
	// Of a package of somebody else's module: its language version and its files, by
	// their names below src.
	lang  string
	files wire.Files
}

func (u *unit) imports() []string {
	paths := map[string]bool{}
	for _, s := range u.sources {
		for _, path := range s.imports {
			paths[path] = true
		}
	}
	return slices.Sorted(maps.Keys(paths))
}

// NewContext returns the build constraints of runs: as `go test` has them without cgo.
func NewContext(version string) *build.Context {
	ctx := build.Default
	ctx.CgoEnabled = false
	ctx.GOROOT = ""
	ctx.BuildTags = nil
	ctx.ReleaseTags = releaseTags(version)
	return &ctx
}

// releaseTags are those of the toolchain that builds, whatever the runner was built by.
func releaseTags(version string) []string {
	parts := strings.Split(strings.TrimPrefix(version, "go"), ".")
	if len(parts) < 2 {
		return build.Default.ReleaseTags
	}
	minor, err := strconv.Atoi(parts[1])
	if err != nil {
		return build.Default.ReleaseTags
	}
	tags := make([]string, 0, minor)
	for i := range minor {
		tags = append(tags, fmt.Sprintf("go1.%d", i+1))
	}
	return tags
}

// ImportPaths are those of the packages that a pack's files bring.
func ImportPaths(files wire.Files, module string, ctx *build.Context) map[string]bool {
	paths := map[string]bool{}
	for path := range packages(files, module, ctx) {
		paths[path] = true
	}
	return paths
}

// Built reports whether the build takes the file, by its name and constraints.
func Built(ctx *build.Context, name string, text []byte) bool {
	c := *ctx
	c.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
	match, err := c.MatchFile(".", path.Base(name))
	return match || err != nil // of what cannot be read the compiler tells
}

// newSource reads the imports of a file; what is wrong in it the compiler will tell.
func newSource(name string, text []byte) source {
	s := source{name: name, text: text, places: map[string]token.Position{}}
	fset := token.NewFileSet()
	tree, _ := parser.ParseFile(fset, name, text, parser.ImportsOnly|parser.SkipObjectResolution)
	if tree == nil {
		return s
	}
	if tree.Name != nil {
		s.clause = tree.Name.Name
	}
	for _, spec := range tree.Imports {
		if path, err := strconv.Unquote(spec.Path.Value); err == nil {
			s.imports = append(s.imports, path)
			s.places[path] = fset.PositionFor(spec.Path.Pos(), false)
		}
	}
	return s
}

// packages returns the packages in folders of files: PATH/… below module for
// DIR/file.go, and PATH for vendor/PATH/file.go.
func packages(files wire.Files, module string, ctx *build.Context) map[string]*unit {
	units := map[string]*unit{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		dir := path.Dir(name)
		ext := path.Ext(name)
		if dir == "." || (ext != ".go" && ext != ".s") || strings.HasSuffix(name, "_test.go") || ignored(dir) || !Built(ctx, name, files[name]) {
			continue
		}
		importPath, vendored := strings.CutPrefix(dir, "vendor/")
		if !vendored {
			importPath = module + "/" + dir
		}
		u := units[importPath]
		if u == nil {
			u = &unit{path: importPath, dir: dir}
			units[importPath] = u
		}
		if ext == ".s" {
			u.asm = append(u.asm, source{name: name, text: files[name]})
		} else {
			u.sources = append(u.sources, newSource(name, files[name]))
		}
	}
	maps.DeleteFunc(units, func(_ string, u *unit) bool { return len(u.sources) == 0 })
	return units
}

// ignored reports whether the go command would look for packages below dir.
func ignored(dir string) bool {
	return slices.ContainsFunc(strings.Split(dir, "/"), func(element string) bool {
		return element == "testdata" || strings.HasPrefix(element, ".") || strings.HasPrefix(element, "_")
	})
}

// order returns the units that roots need, each after what it imports. Units that
// import target, the package that is graded, come with their own list.
func order(units map[string]*unit, roots []string, target string) (before, after []*unit, err error) {
	const visiting, done = 1, 2
	state := map[string]int{}
	needsTarget := map[string]bool{}
	var visit func(path string, trail []string) error
	visit = func(path string, trail []string) error {
		u := units[path]
		if u == nil || state[path] == done {
			return nil
		}
		trail = append(trail, path)
		if state[path] == visiting {
			return fmt.Errorf("import cycle not allowed: %s", strings.Join(trail, " imports "))
		}
		state[path] = visiting
		for _, imported := range u.imports() {
			if err := visit(imported, trail); err != nil {
				return err
			}
			if imported == target || needsTarget[imported] {
				needsTarget[path] = true
			}
		}
		state[path] = done
		if needsTarget[path] {
			after = append(after, u)
		} else {
			before = append(before, u)
		}
		return nil
	}
	for _, root := range roots {
		if err := visit(root, nil); err != nil {
			return nil, nil, err
		}
	}
	return before, after, nil
}

// A library maps import paths to archives of the pack's own packages.
type library map[string]string

// importcfg writes an import configuration of the standard library and lib.
func (b *bench) importcfg(name string, lib library) (string, error) {
	config := append(bytes.Clone(b.tc.importcfg), b.tc.packagefiles(lib)...)
	return b.path(name), b.write(name, config)
}

// compile compiles sources as the package at importPath into the archive out, both
// below the bench. The names of sources are below src.
func (b *bench) compile(importPath, lang, out string, names []string, lib library, extra ...string) error {
	config, err := b.importcfg(out+".importcfg", lib)
	if err != nil {
		return err
	}
	args := append([]string{"-p", importPath, "-o", b.path(out), "-importcfg", config, "-lang", lang,
		"-trimpath", b.path("src") + "=>;" + b.path("gen") + "=>", "-pack", "-nolocalimports", "-c=1"}, extra...)
	if b.counted && importPath != "main" {
		args = append(args, "-d=libfuzzer")
	}
	if b.debug {
		args = append(args, "-N", "-l")
	} else {
		args = append(args, "-dwarf=false")
	}
	_, _, err = b.run("compile", append(args, names...)...)
	return err
}

// link links the archive main, a full path, into the program out.
func (b *bench) link(main, out string, lib library, extra ...string) error {
	config, err := b.importcfg(out+".importcfg", lib)
	if err != nil {
		return err
	}
	args := append([]string{"-o", b.path(out), "-importcfg", config, "-buildmode=exe"}, extra...)
	if !b.debug {
		args = append(args, "-s", "-w")
	}
	_, _, err = b.run("link", append(args, main)...)
	return err
}

// dependency compiles a package of the pack, or takes it from the store, where
// lib has all that it imports. Its archive is kept by the hash of all that went in.
func (b *bench) dependency(u *unit, lang string, files wire.Files, lib library, keep bool) (archive, key string, err error) {
	if u.lang != "" {
		lang, files = u.lang, u.files
	}
	hash := sha256.New()
	fmt.Fprintf(hash, "%s\n%s\n%s\n%t\n", b.tc.Version, lang, u.path, b.counted)
	for _, path := range u.imports() {
		fmt.Fprintf(hash, "%s %s\n", path, lib[path])
	}
	for _, s := range slices.Concat(u.sources, u.asm) {
		fmt.Fprintf(hash, "%s %d\n%s", s.name, len(s.text), s.text)
	}
	names, embed, err := b.embedded(u.sources, u.dir, files, "embed-"+strings.ReplaceAll(u.path, "/", "-"))
	if err != nil {
		return "", "", err
	}
	for _, name := range names {
		fmt.Fprintf(hash, "%s %d\n%s", name, len(files[name]), files[name])
	}
	key = hex.EncodeToString(hash.Sum(nil)[:16])
	if kept := b.tc.kept(key); kept != "" && keep {
		return kept, key, nil
	}
	out := "pkg-" + key + ".a"
	if err := b.compileUnit(u, lang, out, lib, embed); err != nil {
		return "", "", err
	}
	if keep {
		if kept := b.tc.keep(key, b.path(out)); kept != "" {
			return kept, key, nil
		}
	}
	return b.path(out), key, nil
}

func (b *bench) compileUnit(u *unit, lang, out string, lib library, extra []string) error {
	if len(u.asm) > 0 {
		return b.assembled(u, lang, out, lib, extra)
	}
	return b.compile(u.path, lang, out, names(u.sources), lib, append(extra, "-complete")...)
}

func names(sources []source) []string {
	list := make([]string, len(sources))
	for i, s := range sources {
		list[i] = s.name
	}
	return list
}

const (
	// maxKept bounds the store, in bytes; it is emptied when it is full.
	maxKept = 64 << 20
)

// SetStore names the folder, on the build file system, where archives of packs'
// packages are kept between builds.
func (tc *Toolchain) SetStore(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	tc.store = dir
	return nil
}

func (tc *Toolchain) kept(key string) string {
	tc.mu.Lock()
	defer tc.mu.Unlock()
	return tc.cache[key]
}

// keep copies an archive into the store, where builds can read it and not write.
// It returns "" where it cannot: then it is compiled again next time.
func (tc *Toolchain) keep(key, archive string) string {
	content, err := os.ReadFile(archive)
	if err != nil || tc.store == "" {
		return ""
	}
	tc.mu.Lock()
	defer tc.mu.Unlock()
	size := int64(len(content))
	for _, file := range tc.cache {
		if info, err := os.Stat(file); err == nil {
			size += info.Size()
		}
	}
	if size > maxKept {
		return ""
	}
	target := filepath.Join(tc.store, key+".a")
	if err := os.WriteFile(target, content, 0o644); err != nil {
		os.Remove(target)
		return ""
	}
	tc.cache[key] = target
	return target
}

// embedded resolves the //go:embed patterns of sources in dir against the pack's
// files and returns the names of what they embed and the compiler's argument.
func (b *bench) embedded(sources []source, dir string, files wire.Files, config string) (names, args []string, err error) {
	patterns := map[string][]string{}
	taken := map[string]string{}
	for _, s := range sources {
		if files[s.name] == nil {
			continue // a submission's
		}
		for _, pattern := range embedPatterns(s.text) {
			found, err := embedFiles(pattern, dir, files)
			if err != nil {
				return nil, nil, told{stderr: fmt.Appendf(nil, "%s:1:1: pattern %s: %v\n", s.name, pattern, err)}
			}
			patterns[pattern] = found
			for _, name := range found {
				full := path.Join(dir, name)
				taken[name] = b.path("src", full)
				names = append(names, full)
			}
		}
	}
	if len(patterns) == 0 {
		return nil, nil, nil
	}
	text, err := json.Marshal(map[string]any{"Patterns": patterns, "Files": taken})
	if err != nil {
		return nil, nil, err
	}
	slices.Sort(names)
	return slices.Compact(names), []string{"-embedcfg", b.path(config)}, b.write(config, text)
}

// embedPatterns returns the patterns of the //go:embed lines of a source.
func embedPatterns(text []byte) (patterns []string) {
	for line := range bytes.Lines(text) {
		rest, ok := bytes.CutPrefix(bytes.TrimSpace(line), []byte("//go:embed "))
		for ok && len(bytes.TrimSpace(rest)) > 0 {
			rest = bytes.TrimSpace(rest)
			if quoted, err := strconv.QuotedPrefix(string(rest)); err == nil {
				pattern, _ := strconv.Unquote(quoted)
				patterns = append(patterns, pattern)
				rest = rest[len(quoted):]
				continue
			}
			word, after, _ := bytes.Cut(rest, []byte(" "))
			patterns = append(patterns, string(word))
			rest = after
		}
	}
	return patterns
}

// embedFiles returns the names below dir that a pattern embeds, by the rules of
// package embed.
func embedFiles(pattern, dir string, files wire.Files) ([]string, error) {
	glob, all := strings.CutPrefix(pattern, "all:")
	if _, err := path.Match(glob, ""); err != nil || path.Clean(glob) != glob || strings.HasPrefix(glob, "..") || path.IsAbs(glob) {
		return nil, errors.New("invalid pattern syntax")
	}
	var found []string
	for name := range files {
		below, ok := strings.CutPrefix(name, dir+"/")
		if dir == "" {
			below, ok = name, true
		}
		if ok && embeds(glob, below, all) {
			found = append(found, below)
		}
	}
	if len(found) == 0 {
		return nil, errors.New("no matching files found")
	}
	slices.Sort(found)
	return found, nil
}

// embeds reports whether glob matches name or a folder that name is in; files in a
// folder whose names begin with '.' or '_' only count with "all:".
func embeds(glob, name string, all bool) bool {
	elements := strings.Split(name, "/")
	for i := range elements {
		prefix := strings.Join(elements[:i+1], "/")
		if ok, _ := path.Match(glob, prefix); !ok && glob != "." {
			continue
		}
		return all || !slices.ContainsFunc(elements[i+1:], func(element string) bool {
			return strings.HasPrefix(element, ".") || strings.HasPrefix(element, "_")
		})
	}
	return false
}
