package work

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"judge/runner/internal/box"
	"judge/runner/internal/wire"
)

// A fuzz target is fuzzed in its own process (harness/std/fuzz). It tells how far it is in a
// piece of memory that we look into now and then, and once more when it is gone.

// The shape of that memory, as harness/std/fuzz/judge.go.txt has it.
const (
	fuzzTried = 4 << 10
	fuzzSlot  = 1 << 20
	fuzzSaid  = fuzzTried + fuzzSlot
	fuzzArea  = fuzzSaid + fuzzSlot
)

const (
	fuzzTick = 300 * time.Millisecond
	// fuzzPrinted is how much of what is printed is told as it comes, fuzzTail how much of the
	// rest in the end, in bytes of each stream.
	fuzzPrinted, fuzzTail = 64 << 10, 8 << 10
	maxFuzzMessage        = 24 << 10
)

var fuzzStates = []string{"building", "seeds", "mutating", "minimising", "over"}

// A fuzzing is how far it is: the data of an event of kind "fuzz".
type fuzzing struct {
	State   string  `json:"state"`
	Seconds float64 `json:"seconds"`
	Execs   uint64  `json:"execs"`
	Found   uint64  `json:"found"` // inputs that reached something new
	Kept    uint64  `json:"kept"`  // these, and seeds
	Bits    uint64  `json:"bits"`  // of coverage
	// In the end: "passed", "failed", "hang", "crashed", "limit", "stopped", "none".
	Outcome   string `json:"outcome"`
	Input     string `json:"input"` // as the text of a corpus file
	Name      string `json:"name"`  // which go test would give that file
	Message   string `json:"message"`
	Seed      string `json:"seed"` // which seed it was
	Minimised bool   `json:"minimised"`
}

// fuzzed runs the program that fuzzes.
func (t *task) fuzzed(spec box.Spec) error {
	memory, err := fuzzMemory()
	if err != nil {
		return err
	}
	defer memory.Close()
	none, err := os.Open(os.DevNull) // where a harness would be
	if err != nil {
		return err
	}
	defer none.Close()
	stdout, stderr := &clipped{to: &teller{t, "stdout"}}, &clipped{to: &teller{t, "stderr"}}
	spec.Stdout, spec.Stderr, spec.ExtraFiles = stdout, stderr, []*os.File{none, memory}
	over := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		t.follow(memory, over)
	}()
	program, err := box.Start(spec)
	if err != nil {
		close(over)
		<-done
		return err
	}
	p := &process{program: program}
	run := p.wait(t.ctx)
	t.note(run)
	close(over)
	<-done
	stdout.end()
	stderr.end()
	run.Stdout, run.Stderr = stdout.bytes(), stderr.bytes()
	t.tellFuzzing(fuzzEnd(memory, run, t.ctx))
	t.facts.Runs = []wire.Run{*run}
	return nil
}

// fuzzMemory is what is shared with the process. It cannot make it smaller, or larger.
func fuzzMemory() (*os.File, error) {
	fd, err := unix.MemfdCreate("fuzz", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, fmt.Errorf("memory to share: %w", err)
	}
	file := os.NewFile(uintptr(fd), "fuzz")
	if err := file.Truncate(fuzzArea); err != nil {
		return nil, fmt.Errorf("memory to share: %w", err)
	}
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW); err != nil {
		return nil, fmt.Errorf("memory to share: %w", err)
	}
	return file, nil
}

// follow tells how far it is, whenever that has changed.
func (t *task) follow(memory *os.File, over <-chan struct{}) {
	ticks := time.NewTicker(fuzzTick)
	defer ticks.Stop()
	last := fuzzing{State: fuzzStates[0]}
	for {
		select {
		case <-over:
			return
		case <-ticks.C:
		}
		if now, _, _ := readFuzzing(memory); now != last {
			last = now
			t.tellFuzzing(now)
		}
	}
}

func (t *task) tellFuzzing(f fuzzing) {
	text, err := json.Marshal(f)
	if err != nil {
		return // of numbers and texts there is always one
	}
	t.tell(wire.Event{Kind: "fuzz", Data: text})
}

// readFuzzing reads what is told in words, with the lengths of the two texts. The process can
// write anything there, of itself.
func readFuzzing(memory *os.File) (f fuzzing, tried, said uint64) {
	var words [8]uint64
	buffer := make([]byte, 8*len(words))
	if n, _ := memory.ReadAt(buffer, 0); n < len(buffer) {
		return fuzzing{State: fuzzStates[0]}, 0, 0
	}
	for i := range words {
		words[i] = binary.NativeEndian.Uint64(buffer[8*i:])
	}
	const most = 1 << 53 // whole numbers of JSON
	for i := range words[:6] {
		words[i] = min(words[i], most)
	}
	return fuzzing{State: fuzzStates[min(words[0], uint64(len(fuzzStates)-1))], Seconds: time.Duration(words[1]).Seconds(),
		Execs: words[2], Found: words[3], Kept: words[4], Bits: words[5]}, words[6], words[7]
}

// fuzzEnd is what came of it, now that the process is gone.
func fuzzEnd(memory *os.File, run *wire.Run, ctx context.Context) fuzzing {
	f, tried, said := readFuzzing(memory)
	told := fuzzing{}
	switch {
	case said > 0 && json.Unmarshal(fuzzText(memory, fuzzSaid, said), &told) == nil && told.Outcome != "":
		f.Outcome, f.Input, f.Message, f.Seed, f.Minimised = told.Outcome, told.Input, told.Message, told.Seed, told.Minimised
	case ctx.Err() != nil:
		f.Outcome = "stopped"
	case f.State == fuzzStates[0]:
		f.Outcome = "none"
	case run.Limit != "" && run.Limit != "memory":
		f.Outcome = "limit"
	default:
		f.Outcome, f.Message = "crashed", lastWords(run)
		f.Input = string(fuzzText(memory, fuzzTried, tried))
	}
	f.Message = wire.Text([]byte(f.Message), maxFuzzMessage)
	if f.Input != "" {
		f.Name = fmt.Sprintf("%x", sha256.Sum256([]byte(f.Input)))[:16]
	}
	return f
}

// fuzzText is a text at a place; nil where it is longer than there is room.
func fuzzText(memory *os.File, at int64, length uint64) []byte {
	if length > fuzzSlot {
		return nil
	}
	text := make([]byte, length)
	n, _ := memory.ReadAt(text, at)
	return text[:n]
}

// A clipped tells the beginning of what is printed, and in the end its end.
type clipped struct {
	to   *teller
	head bytes.Buffer
	tail []byte // of what was not told
	all  int
}

func (c *clipped) Write(p []byte) (int, error) {
	c.all += len(p)
	told := min(len(p), fuzzPrinted-c.head.Len())
	if told > 0 {
		c.head.Write(p[:told])
		c.to.Write(p[:told:told])
	}
	c.tail = append(c.tail, p[told:]...)
	if len(c.tail) > 2*fuzzTail {
		c.tail = append(c.tail[:0], c.tail[len(c.tail)-fuzzTail:]...)
	}
	return len(p), nil
}

func (c *clipped) end() {
	c.tail = c.tail[max(0, len(c.tail)-fuzzTail):]
	if len(c.tail) == 0 {
		return
	}
	if left := c.all - c.head.Len() - len(c.tail); left > 0 {
		fmt.Fprintf(c.to, "\n… (%d bytes are left out)\n", left)
	}
	c.to.Write(c.tail)
}

func (c *clipped) bytes() []byte { return append(bytes.Clone(c.head.Bytes()), c.tail...) }
