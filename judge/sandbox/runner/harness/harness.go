// Package harness makes the standard library that submissions are linked with:
// the pinned one, with a testing package that tells the runner what happens.
//
// The patches replace exact text, which must be found exactly as often as is
// said: a toolchain that changed there stops the build of the root file system,
// so that somebody looks, instead of grading wrongly.
package harness

import (
	"embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

//go:embed std
var std embed.FS

// added maps files of ours to where they go below GOROOT/src.
var added = map[string]string{
	"std/judgeharness/harness.go.txt": "internal/judgeharness/harness.go",
	"std/testing/judge.go.txt":        "testing/judge.go",
	"std/fuzz/judge.go.txt":           "internal/fuzz/judge.go",
	"std/runtime/turns.go.txt":        "runtime/judgeturns.go",
	"std/judgelink/stream.go.txt":     "internal/judgelink/stream.go",
	"std/judgelink/link.go.txt":       "internal/judgelink/link.go",
	"std/judgelink/nodes.go.txt":      "internal/judgelink/nodes.go",
	"std/judgelink/errors.go.txt":     "internal/judgelink/errors.go",
	"std/judgelink/deadlock.go.txt":   "internal/judgelink/deadlock.go",
	"std/judgelink/share.go.txt":      "internal/judgelink/share.go",
	"std/runtime/judge.go.txt":        "runtime/judge.go",
	"std/judgelink/channels.go.txt":   "internal/judgelink/channels.go",
	"std/judgelink/contexts.go.txt":   "internal/judgelink/contexts.go",
}

// A patch replaces old by new in a file below GOROOT/src.
type patch struct {
	file, old, new string
	times          int // how often old must be there
}

var patches = []patch{
	// What went to stdout and stderr is counted, so that it can be told whose it is.
	{"syscall/syscall_unix.go", "} else {\n\t\tn, err = write(fd, p)\n\t}\n",
		"} else {\n\t\tn, err = write(fd, p)\n\t}\n\tif (fd == 1 || fd == 2) && n > 0 {\n" +
			"\t\tatomic.AddInt64(&judgePrinted, int64(n)<<((fd-1)*32))\n\t}\n", 1},
	{"syscall/syscall_unix.go", "func Write(fd int, p []byte) (n int, err error) {\n",
		"//go:linkname judgePrinted runtime.judgePrinted\nvar judgePrinted int64\n\nfunc Write(fd int, p []byte) (n int, err error) {\n", 1},
	{"syscall/syscall_unix.go", "\t\"runtime\"\n\t\"sync\"\n\t\"unsafe\"\n",
		"\t\"runtime\"\n\t\"sync\"\n\t\"sync/atomic\"\n\t\"unsafe\"\n", 1},
	{"runtime/runtime.go", "\twrite(2, unsafe.Pointer(data), n)\n",
		"\tif n := write(2, unsafe.Pointer(data), n); n > 0 {\n\t\tatomic.Xaddint64(&judgePrinted, int64(n)<<32)\n\t}\n", 1},

	// A stack that outgrows the memory of the run is told as such, with its lines.
	{"runtime/proc.go", "\t// An upper limit for max stack size. Used to avoid random crashes\n",
		"\tmaxstacksize = judgeMaxStack(maxstacksize)\n\n\t// An upper limit for max stack size. Used to avoid random crashes\n", 1},

	// A program that keeps most of its memory in use would spend its CPU time on collecting before
	// it reaches the limit. It runs into the memory limit instead, which is what is wrong with it.
	{"runtime/mgcpacer.go", "\t// Start by pulling out some values we'll need. Be careful about overflow.\n",
		"\tif c.heapMarked > uint64(c.memoryLimit.Load())/5*3 {\n\t\treturn ^uint64(0)\n\t}\n\n" +
			"\t// Start by pulling out some values we'll need. Be careful about overflow.\n", 1},

	// Goroutines that share a process with tests take turns (std/runtime/turns.go.txt).
	{"runtime/debug.go", "\tif n <= 0 {\n\t\tunlock(&sched.lock)\n", "\tif n <= 0 || judgeSerial {\n\t\tunlock(&sched.lock)\n", 1},
	{"runtime/debug.go", "\tprocs := defaultGOMAXPROCS(0)\n", "\tif judgeSerial {\n\t\treturn\n\t}\n\tprocs := defaultGOMAXPROCS(0)\n", 1},
	{"runtime/stack.go", "\t\tif !canPreemptM(thisg.m) {\n\t\t\t// Let the goroutine keep", "\t\tif !canPreemptM(thisg.m) || judgeUninterrupted(gp) {\n\t\t\t// Let the goroutine keep", 1},
	{"runtime/proc.go", "func goschedguarded_m(gp *g) {\n\tif !canPreemptM(gp.m) {\n", "func goschedguarded_m(gp *g) {\n\tif !canPreemptM(gp.m) || judgeUninterrupted(gp) {\n", 1},

	// A test knows who it is to the runner.
	{"testing/testing.go", "type common struct {\n", "type common struct {\n\tjudge judgeharness.Test\n", 1},
	{"testing/testing.go", "\t\"fmt\"\n\t\"internal/race\"\n", "\t\"fmt\"\n\t\"internal/judgeharness\"\n\t\"internal/race\"\n", 1},
	{"testing/testing.go", "\trunning.Store(t.name, highPrecisionTimeNow())\n\n\t// Instead of reducing",
		"\trunning.Store(t.name, highPrecisionTimeNow())\n\tjudgeharness.Start(&t.judge, t.name)\n\n\t// Instead of reducing", 1},
	{"testing/testing.go", "\tc.failed = true\n}\n", "\tif !c.failed {\n\t\tc.judge.Fail()\n\t}\n\tc.failed = true\n}\n", 1},
	{"testing/testing.go", "func (o *outputWriter) writeLine(b []byte, errBegin, errEnd bool) {\n",
		"func (o *outputWriter) writeLine(b []byte, errBegin, errEnd bool) {\n\to.c.judge.Log(b)\n", 1},
	{"testing/testing.go", "\tt.signal <- true   // Release calling test.\n",
		"\tt.judge.Pause()\n\tt.signal <- true   // Release calling test.\n", 1},
	{"testing/testing.go", "\tparallelStart.Add(1)\n", "\tparallelStart.Add(1)\n\tt.judge.Resume()\n", 1},
	{"testing/testing.go", "\t\tdoPanic := func(err any) {\n\t\t\tt.Fail()\n",
		"\t\tdoPanic := func(err any) {\n\t\t\tt.Fail()\n\t\t\tjudgePanic(&t.common, err)\n", 1},
	{"testing/testing.go", "\tdstr := fmtDuration(t.duration)\n", "\tjudgeEnd(&t.common)\n\tdstr := fmtDuration(t.duration)\n", 1},

	// No flag is obeyed, and the runner hears when all is over.
	{"testing/testing.go", "\tinitRan = true\n", "\tinitRan = true\n\tflag := judgeFlags()\n", 1},
	{"testing/testing.go", "\t\tdeadline := m.startAlarm()\n", "\t\tdeadline := judgeDeadline(m.startAlarm())\n", 1},
	{"testing/benchmark.go", "func initBenchmarkFlags() {\n", "func initBenchmarkFlags() {\n\tflag := judgeFlags()\n", 1},
	{"testing/benchmark.go", "\t\"flag\"\n", "", 1},
	{"testing/fuzz.go", "\t\"flag\"\n", "", 1},
	{"testing/fuzz.go", "func initFuzzFlags() {\n", "func initFuzzFlags() {\n\tflag := judgeFlags()\n", 1},
	{"testing/testing.go", "\tif !flag.Parsed() {\n\t\tflag.Parse()\n", "\tif !judgeParse() && !flag.Parsed() {\n\t\tflag.Parse()\n", 1},
	{"testing/testing.go", "// Run runs the tests. It returns an exit code to pass to os.Exit.\n" +
		"// The exit code is zero when all tests pass, and non-zero for any kind\n" +
		"// of failure. For machine readable test results, parse the output of\n" +
		"// 'go test -json'.\nfunc (m *M) Run() (code int) {\n", "func (m *M) judgedRun() (code int) {\n", 1},

	// Its own lines do not go to stdout, which is for what a submission prints.
	{"testing/testing.go", "w:          os.Stdout,\n", "w:          judgeStdout(),\n", 1},
	{"testing/testing.go", "fmt.Print(chatty.prefix(), \"FAIL\\n\")", "fmt.Fprint(judgeStdout(), chatty.prefix(), \"FAIL\\n\")", 2},
	{"testing/testing.go", "fmt.Print(chatty.prefix(), \"PASS\\n\")", "fmt.Fprint(judgeStdout(), chatty.prefix(), \"PASS\\n\")", 1},
	{"testing/fuzz.go", "root := common{w: os.Stdout} // gather output in one place\n",
		"root := common{w: judgeStdout()} // gather output in one place\n", 1},
	{"testing/example.go", "\t\tfmt.Printf(\"%s--- FAIL: %s (%s)\\n%s\", chatty.prefix(), eg.Name, dstr, fail)\n\t\tpassed = false\n",
		"\t\tfmt.Fprintf(judgeStdout(), \"%s--- FAIL: %s (%s)\\n%s\", chatty.prefix(), eg.Name, dstr, fail)\n\t\tpassed = false\n", 1},

	// Fuzz targets, their seeds, and examples.
	{"testing/fuzz.go", "\t\tgo tRunner(t, func(t *T) {\n", "\t\tjudgeharness.Start(&t.judge, t.name)\n\t\tgo tRunner(t, func(t *T) {\n", 1},
	{"testing/fuzz.go", "\t\t\t\tgo fRunner(f, ft.Fn)\n", "\t\t\t\tjudgeharness.Start(&f.judge, f.name)\n\t\t\t\tgo fRunner(f, ft.Fn)\n", 1},
	{"testing/fuzz.go", "\t\tdoPanic := func(err any) {\n\t\t\tf.Fail()\n",
		"\t\tdoPanic := func(err any) {\n\t\t\tf.Fail()\n\t\t\tjudgePanic(&f.common, err)\n", 1},
	{"testing/fuzz.go", "\tdstr := fmtDuration(f.duration)\n", "\tjudgeEnd(&f.common)\n\tdstr := fmtDuration(f.duration)\n", 1},
	{"testing/fuzz.go", "\t\"fmt\"\n\t\"io\"\n", "\t\"fmt\"\n\t\"internal/judgeharness\"\n\t\"io\"\n", 1},
	// A main that fuzzes does it in this process, and needs the values of seeds in files.
	{"testing/fuzz.go", "\t\t\tif f.fstate.mode == fuzzCoordinator {\n",
		"\t\t\tif _, ours := f.fstate.deps.(judgeFuzzer); !ours && f.fstate.mode == fuzzCoordinator {\n", 1},
	{"testing/fuzz.go", "\tswitch f.fstate.mode {\n\tcase fuzzCoordinator:\n",
		"\tif judgeFuzz(f, types, run) {\n\t\treturn\n\t}\n\tswitch f.fstate.mode {\n\tcase fuzzCoordinator:\n", 1},
	{"testing/example.go", "\tUnordered bool\n}\n", "\tUnordered bool\n\n\tjudge judgeharness.Test\n}\n", 1},
	{"testing/example.go", "\t\"fmt\"\n\t\"runtime\"\n", "\t\"fmt\"\n\t\"internal/judgeharness\"\n\t\"runtime\"\n", 1},
	{"testing/example.go", "\tif chatty.on && chatty.json {\n", "\tjudgeExample(eg, stdout, fail, passed, timeSpent, recovered)\n\tif chatty.on && chatty.json {\n", 1},
	{"testing/run_example.go", "\t// Run example.\n", "\t// Run example.\n\tjudgeharness.Start(&eg.judge, eg.Name)\n", 1},
	{"testing/run_example.go", "\t\"fmt\"\n\t\"io\"\n", "\t\"fmt\"\n\t\"internal/judgeharness\"\n\t\"io\"\n", 1},
}

// WriteOverlay writes the patched and added files below dir and dir/overlay.json,
// which `go build -overlay` takes, for the toolchain at goroot. The error names
// the file and the text where the toolchain is not the one that is expected.
func WriteOverlay(goroot, dir string) error {
	contents, err := patched(goroot)
	if err != nil {
		return err
	}
	for from, to := range added {
		text, err := std.ReadFile(from)
		if err != nil {
			return err
		}
		contents[to] = string(text)
	}
	replace := map[string]string{}
	for name, text := range contents {
		target := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target, []byte(text), 0o644); err != nil {
			return err
		}
		replace[filepath.Join(goroot, "src", filepath.FromSlash(name))] = target
	}
	overlay, err := json.MarshalIndent(map[string]any{"Replace": replace}, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o644)
}

// patched returns the patched files by their names below GOROOT/src.
func patched(goroot string) (map[string]string, error) {
	contents := map[string]string{}
	for _, p := range patches {
		text, ok := contents[p.file]
		if !ok {
			read, err := os.ReadFile(filepath.Join(goroot, "src", filepath.FromSlash(p.file)))
			if err != nil {
				return nil, err
			}
			text = string(read)
		}
		if n := strings.Count(text, p.old); n != p.times {
			return nil, fmt.Errorf("%s: the text to be patched is there %d times, not %d:\n%s", p.file, n, p.times, p.old)
		}
		contents[p.file] = strings.ReplaceAll(text, p.old, p.new)
	}
	return contents, nil
}
