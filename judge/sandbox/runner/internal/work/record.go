package work

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"judge/runner/internal/box"
	"judge/runner/internal/wire"
)

const (
	besideFolder  = "judge"
	recordedFile  = "recorded"
	maxRecord     = 4 << 20 // bytes
	maxAllRecords = 64
)

// record is what the tests say of the reference; nil where they said nothing, and the facts
// say why. Tests and reference are run once for a version of a problem: a runner keeps what it
// saw, where nothing that a submission does can reach it.
func (t *task) record() ([]byte, error) {
	key := t.recordKey()
	if found, ok := t.records[key]; ok {
		return found, nil
	}
	// A job of its own, of which nothing is told.
	job := *t
	job.facts = &wire.Facts{Declared: t.facts.Declared, Hidden: t.facts.Hidden}
	job.tell = func(wire.Event) {}
	job.control, job.replace = NewControl(), ""
	job.uid, job.testsUID = box.NextRunUID(), box.NextRunUID()
	home, err := job.pairedScripts(t.Reference, "record", nil)
	if err != nil {
		return nil, errors.Join(err, clean(job.uid, job.testsUID))
	}
	record, err := readRecord(filepath.Join(home, besideFolder, recordedFile))
	if left := clean(job.uid, job.testsUID); left != nil {
		t.abnormal(left.Error())
	}
	if job.replace != "" {
		t.abnormal(job.replace)
	}
	if err != nil {
		why := lastOfPair(&job.facts.Runs[0], &job.facts.Runs[1])
		message := fmt.Sprintf("the tests cannot be run with the reference: %s %s", why, lastLines(job.facts.Runs[1].Stderr))
		t.facts.Build.OK, t.facts.Build.Culprit = false, "tests"
		t.facts.Build.Diagnostics = []wire.Diagnostic{{Message: message}}
		return nil, nil
	}
	if t.records == nil || len(t.records) >= maxAllRecords {
		t.Judge.records = map[string][]byte{}
	}
	t.records[key] = record
	return record, nil
}

// recordKey names all that a record depends on.
func (t *task) recordKey() string {
	sum := sha256.New()
	for _, set := range []wire.Files{t.Reference, t.Support, t.Tests, t.Hidden} {
		for _, name := range slices.Sorted(maps.Keys(set)) {
			fmt.Fprintf(sum, "%d %s %d ", len(name), name, len(set[name]))
			sum.Write(set[name])
		}
		fmt.Fprint(sum, ";")
	}
	fmt.Fprintf(sum, "%q", t.Named)
	return hex.EncodeToString(sum.Sum(nil))
}

// readRecord reads a file that the tests have written.
func readRecord(path string) ([]byte, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errors.Join(err, fs.ErrInvalid)
	}
	record, err := io.ReadAll(io.LimitReader(file, maxRecord+1))
	if err == nil && len(record) > maxRecord {
		err = errors.New("the record is too long")
	}
	return record, err
}

// lastLines are the end of what a process wrote.
func lastLines(text []byte) string {
	return wire.Text(text[max(0, len(text)-maxLast):], maxLast)
}
