package builder

import (
	"maps"
	"slices"

	"judge/runner/internal/wire"
)

// check compiles the package with its tests and has vet look at both, so that what they
// say can be told. Nothing is linked: there is nothing to run. One after the other: nobody
// waits for it as for a run.
func (j *job) check(result *Result, pack wire.Files) error {
	inside := j.alone(j.target)
	inside.sources = slices.Concat(inside.sources, j.internal(pack))
	outside := &unit{path: j.target + "_test", sources: j.sourcesOf(j.Suite.External)}
	var after []*unit
	err := j.timed("compile", func() error {
		units, err := j.packages(pack)
		if err != nil {
			return err
		}
		after, err = j.dependencies(units, slices.Concat(inside.imports(), outside.imports()), j.target, pack)
		return err
	})
	if err != nil {
		return err
	}
	if err := j.checkHalf(inside, "inside.a", pack, result); err != nil {
		return err
	}
	if err := j.timed("compile", func() error { return j.compileAll(after, pack, j.lib, false) }); err != nil {
		return err
	}
	return j.checkHalf(outside, "outside.a", pack, result)
}

// checkHalf is check for the package with its internal tests, or for its external tests.
func (j *job) checkHalf(u *unit, out string, pack wire.Files, result *Result) error {
	if len(u.sources) == 0 {
		return nil
	}
	if err := j.clauses(u, "", ""); err != nil {
		return err
	}
	err := j.timed("compile", func() error {
		return j.blamed(j.compileHalf(u.path, out, u.sources, pack), solution)
	})
	if err != nil {
		return err
	}
	j.lib[u.path] = j.path(out)
	own := maps.Clone(j.Solution)
	maps.Copy(own, j.Tests)
	return j.timed("vet", func() error {
		found, _, err := j.vet(u, j.Go, own, j.lib)
		result.Warnings = append(result.Warnings, found...)
		return err
	})
}
