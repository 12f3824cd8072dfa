package work

import (
	"fmt"
	"strings"
	"testing"

	"judge/runner/internal/wire"
)

// forger is a submission that has all of memory: it finds functions of the harness by their
// names and calls them.
const forger = `package leap

import (
	"runtime"
	"strings"
	"unsafe"
)

type test struct {
	id     uint32
	logged int
}

var (
	at    = map[string]*uintptr{}
	fresh test
)

func find() {
	here, _, _, _ := runtime.Caller(0)
	for _, step := range []int{-16, 16} {
		for pc, misses := int(here), 0; misses < 4096; pc += step {
			f := runtime.FuncForPC(uintptr(pc))
			if f == nil {
				misses++
				continue
			}
			misses = 0
			if strings.HasPrefix(f.Name(), "internal/judgeharness.") || f.Name() == "syscall.Exit" {
				entry := f.Entry()
				at[strings.TrimPrefix(f.Name(), "internal/judgeharness.")] = &entry
			}
		}
	}
}

func function[F any](name string) F {
	if at[name] == nil {
		panic("there is no " + name)
	}
	return *(*F)(unsafe.Pointer(&[]unsafe.Pointer{unsafe.Pointer(at[name])}[0]))
}

const passed = "p\x00\x00\x00\x00\x00\x00\x00\x01"

func IsLeap(y int) bool {
	find()
	%s
	function[func(int)]("syscall.Exit")(0)
	return true
}
`

func TestFunctionsOfTheHarnessFoundByNameMakeNothingPass(t *testing.T) {
	send := `send := function[func(uint64, byte, uint32, string)]("send")
	for _, key := range []uint64{0, 1} {
		send(key, 'E', 2, passed)
		send(key, 'E', 1, passed)
		send(key, 'Z', 2, "\x00")
	}`
	about := `tell := function[func(*test, byte, string)]("(*Test).tell")
	tell(&test{id: 2}, 'E', passed)
	tell(&test{id: 1}, 'E', passed)
	function[func(int)]("Final")(0)`
	end := `end := function[func(*test, byte, int64)]("(*Test).End")
	end(&test{id: 2}, 'p', 1)
	end(&test{id: 1}, 'p', 1)
	function[func(int)]("Final")(0)`
	start := `start := function[func(*test, string)]("Start")
	start(&fresh, "TestLeap/of_its_own")
	function[func(*test, byte, int64)]("(*Test).End")(&fresh, 'p', 1)`
	for name, calls := range map[string]string{"send": send, "tell": about, "End": end, "Start": start,
		"send in a goroutine": "done := make(chan bool)\n\tgo func() {\n" + send + "\n\tdone <- true\n\t}()\n\t<-done"} {
		t.Run(name, func(t *testing.T) {
			facts, _, _ := do(t, &wire.Message{Kind: "unit", Imports: wire.Imports{Allow: []string{"unsafe", "runtime"}},
				Solution: files("leap.go", fmt.Sprintf(forger, calls)), Tests: files("leap_test.go", leapTest)})
			got := tell(facts)
			if strings.Contains(got, "pass ") || !strings.Contains(got, "exit 98 incomplete") {
				t.Errorf("got %s", got)
				for _, run := range facts.Runs {
					t.Logf("stdout %q\nstderr %s", run.Stdout, run.Stderr)
				}
			}
		})
	}
}
