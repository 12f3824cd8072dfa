package builder

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"judge/runner/internal/wire"
)

// analyses are those that `go test` has vet do.
var analyses = []string{"-atomic", "-bools", "-buildtag", "-directive", "-errorsas", "-ifaceassert",
	"-nilfunc", "-printf", "-stringintconv", "-tests"}

// vet type-checks and looks through the sources of the package alone. Findings are
// told for files of the submission; ok is whether it type-checks, which is a hint
// only: where it does not, the compiler is asked.
func (b *bench) vet(u *unit, lang string, solution wire.Files, lib library) (findings []wire.Diagnostic, ok bool, err error) {
	config := map[string]any{
		"ID": u.path, "Compiler": "gc", "Dir": b.path("src"), "ImportPath": u.path, "GoVersion": lang,
		"GoFiles": b.full(u.sources), "VetxOutput": "/dev/null",
	}
	importMap, packageFile, standard := map[string]string{}, map[string]string{}, map[string]bool{}
	for _, imported := range u.imports() {
		importMap[imported] = imported
		packageFile[imported] = b.tc.archives[imported]
		standard[imported] = b.tc.Std[imported]
		if archive := lib[imported]; archive != "" {
			packageFile[imported] = archive
		}
	}
	config["ImportMap"], config["PackageFile"], config["Standard"] = importMap, packageFile, standard
	text, err := json.Marshal(config)
	if err != nil {
		return nil, false, err
	}
	if err := b.write("vet.cfg", text); err != nil {
		return nil, false, err
	}
	out, _, err := b.run("vet", append(slices.Clone(analyses), "-json", b.path("vet.cfg"))...)
	if errors.As(err, &told{}) || errors.As(err, &stopped{}) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	return vetFindings(out, solution, b.path("src")+"/"), true, nil
}

func (b *bench) full(sources []source) []string {
	list := names(sources)
	for i := range list {
		list[i] = b.path("src", list[i])
	}
	return list
}

// vetFindings reads what vet -json prints: package to analysis to findings, of files
// below the folder src.
func vetFindings(out []byte, solution wire.Files, src string) []wire.Diagnostic {
	var found map[string]map[string]json.RawMessage
	if json.Unmarshal(out, &found) != nil {
		return nil
	}
	var list []wire.Diagnostic
	for _, analyses := range found {
		for _, raw := range analyses {
			var findings []struct{ Posn, Message string }
			if json.Unmarshal(raw, &findings) != nil {
				continue // an analysis that failed: {"error": …}
			}
			for _, f := range findings {
				m := vetPlace.FindStringSubmatch(f.Posn)
				if m == nil {
					continue
				}
				name := strings.TrimPrefix(m[1], src)
				if solution[name] == nil {
					continue
				}
				line, _ := strconv.Atoi(m[2])
				column, _ := strconv.Atoi(m[3])
				list = append(list, wire.Diagnostic{File: name, Line: line, Column: column, Message: wire.Text([]byte(f.Message), 4096)})
			}
		}
	}
	slices.SortFunc(list, func(a, b wire.Diagnostic) int {
		return 4*strings.Compare(a.File, b.File) + 2*sign(a.Line-b.Line) + sign(a.Column-b.Column)
	})
	return list[:min(len(list), 50)]
}

func sign(n int) int { return max(-1, min(1, n)) }
