// Package watch listens to the harness in a test binary; the other end is
// harness/std/judgeharness.
//
// Theory of operation. The binary has one end of a socket pair as descriptor 3. We
// write a nonce into it before it starts, and from then on only read frames, each
// with the nonce. The submission in that process may close the descriptor or write
// to it; the first bytes that are no frame end the listening, and the run counts as
// incomplete, so that nothing that it could say makes a test pass.
package watch

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"judge/runner/internal/wire"
)

const (
	nonceSize  = 16
	headerSize = nonceSize + 1 + 4 + 8 + 4
	// maxPayload is the longest that the harness sends.
	maxPayload = 16 << 10
	// maxTests bounds the tests of one run, subtests counted.
	maxTests = 50_000
	// maxText bounds names, logs and examples' output of one run, in bytes.
	maxText = 16 << 20
	// maxMessage and maxOutput bound what is told of one test, in bytes.
	maxMessage = 16 << 10
	maxOutput  = 8 << 10
	// drain is how long frames may take that were sent before the process ended.
	drain = 2 * time.Second
)

// A Channel is our end of the socket pair.
type Channel struct {
	ours   *os.File
	theirs *os.File
	nonce  [nonceSize]byte
}

// Open makes a socket pair and puts a fresh nonce into it.
func Open() (*Channel, error) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := syscall.SetNonblock(fds[0], true); err != nil {
		return nil, err
	}
	c := &Channel{ours: os.NewFile(uintptr(fds[0]), "harness"), theirs: os.NewFile(uintptr(fds[1]), "harness")}
	rand.Read(c.nonce[:])
	if _, err := c.ours.Write(c.nonce[:]); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// File is the descriptor for the test binary.
func (c *Channel) File() *os.File { return c.theirs }

// Close closes both ends.
func (c *Channel) Close() error { return errors.Join(c.ours.Close(), c.theirs.Close()) }

// Ended says that the process is gone: what it sent is read, then no more.
func (c *Channel) Ended() {
	c.theirs.Close()
	c.ours.SetReadDeadline(time.Now().Add(drain))
}

// A test is what is known of a test so far.
type test struct {
	name     string
	status   string
	failed   bool
	ended    bool
	started  time.Time
	seconds  float64
	after    int // how many tests had started when it ended
	message  strings.Builder
	example  []byte
	segments [streams][][2]int64
}

// What a test printed to.
const (
	stdout = iota
	stderr
	streams
)

// places splits how much was printed: to stderr in the upper half, to stdout in the lower.
func places(printed int64) [streams]int64 {
	return [streams]int64{stdout: printed & math.MaxUint32, stderr: printed >> 32 & math.MaxUint32}
}

// A Log is all that the harness has said.
type Log struct {
	// OnEnd is called for each test that ends, from the goroutine of Listen.
	OnEnd func(name, status string)
	// InTurns says that a test begins only when none is under way but those that wait for
	// their turn, and ends after its subtests: as package testing has it.
	InTurns bool
	// OnFlood is called where the harness says more than any honest run.
	OnFlood func()

	mu       sync.Mutex
	tests    []*test // by id - 1: in the order in which they started
	active   []uint32
	since    [streams]int64 // where the segments of the active test began
	under    map[string]int // how many tests of each top-level one are open
	text     int
	final    bool
	exit     int
	open     int
	tampered string
}

// Listen takes frames until the channel ends. What is wrong with them is kept, and
// what follows is read and dropped, so that nobody waits for it to be read.
func (l *Log) Listen(c *Channel) {
	defer io.Copy(io.Discard, c.ours)
	header := make([]byte, headerSize)
	payload := make([]byte, maxPayload)
	for {
		if _, err := io.ReadFull(c.ours, header); err != nil {
			if !errors.Is(err, io.EOF) {
				l.tamper("the result channel ended inside a message")
			}
			return
		}
		n := binary.BigEndian.Uint32(header[nonceSize+13:])
		if [nonceSize]byte(header) != c.nonce || n > maxPayload {
			l.tamper("something else wrote to the result channel")
			return
		}
		if _, err := io.ReadFull(c.ours, payload[:n]); err != nil {
			l.tamper("the result channel ended inside a message")
			return
		}
		id := binary.BigEndian.Uint32(header[nonceSize+1:])
		printed := int64(binary.BigEndian.Uint64(header[nonceSize+5:]))
		if err := l.take(header[nonceSize], id, printed, payload[:n]); err != nil {
			l.tamper(err.Error())
			return
		}
	}
}

func (l *Log) tamper(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tampered == "" {
		l.tampered = what
	}
}

// take takes one frame.
func (l *Log) take(kind byte, id uint32, printed int64, payload []byte) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.under == nil {
		l.under = map[string]int{}
	}
	if l.text += len(payload); l.text > maxText || len(l.tests) > maxTests {
		l.OnFlood()
		return errors.New("the tests say more than can be kept")
	}
	switch kind {
	case 'S':
		if id != uint32(len(l.tests))+1 {
			return fmt.Errorf("test %d started after %d", id, len(l.tests))
		}
		name := wire.Text(payload, len(payload))
		if !strings.Contains(name, "/") && slices.ContainsFunc(l.tests, func(t *test) bool { return t.name == name }) {
			return fmt.Errorf("%s started twice", name)
		}
		if l.InTurns && !strings.Contains(name, "/") && len(l.active) > 0 {
			return fmt.Errorf("%s started while %s was under way", name, l.tests[l.active[len(l.active)-1]-1].name)
		}
		l.segment(places(printed))
		l.final = false
		l.under[top(name)]++
		l.tests = append(l.tests, &test{name: name, started: time.Now()})
		l.active = append(l.active, id)
		l.open++
		return nil
	case 'Z':
		if len(payload) != 1 {
			return errors.New("a last word that is none")
		}
		l.segment(places(printed))
		l.final, l.exit = l.open == 0, int(payload[0])
		return nil
	}
	if id == 0 || id > uint32(len(l.tests)) {
		return fmt.Errorf("a message about test %d, which never started", id)
	}
	return l.about(l.tests[id-1], kind, id, printed, payload)
}

// about takes a frame about a test that has started.
func (l *Log) about(t *test, kind byte, id uint32, printed int64, payload []byte) error {
	switch kind {
	case 'P':
		l.segment(places(printed))
		l.deactivate(id)
	case 'C':
		l.segment(places(printed))
		l.active = append(l.active, id)
	case 'F':
		t.failed = true
	case 'L':
		if t.message.Len() < maxMessage {
			t.message.Write(payload)
		}
	case 'O':
		t.example = slices.Clone(payload)
	case 'E':
		if len(payload) != 9 || t.ended {
			return fmt.Errorf("test %d ended twice or strangely", id)
		}
		l.segment(places(printed))
		l.deactivate(id)
		l.open--
		l.under[top(t.name)]--
		if l.InTurns && t.name == top(t.name) && l.under[t.name] > 0 {
			return fmt.Errorf("%s ended before its subtests", t.name)
		}
		t.ended, t.after = true, len(l.tests)
		t.seconds = float64(binary.BigEndian.Uint64(payload[1:])) / 1e9
		t.status = map[byte]string{'p': wire.Pass, 'f': wire.Fail, 's': wire.Skip}[payload[0]]
		if t.failed || t.status == "" {
			t.status = wire.Fail
		}
		l.OnEnd(t.name, t.status)
	default:
		return fmt.Errorf("a message of unknown kind %q", kind)
	}
	return nil
}

// segment gives what was printed since the last time to the test that was active
// last: the innermost, or of parallel ones the one that went on last.
func (l *Log) segment(printed [streams]int64) {
	for stream, at := range printed {
		if len(l.active) > 0 && at > l.since[stream] {
			t := l.tests[l.active[len(l.active)-1]-1]
			t.segments[stream] = append(t.segments[stream], [2]int64{l.since[stream], at})
		}
		l.since[stream] = max(l.since[stream], at)
	}
}

// top is the name of the test that a subtest belongs to.
func top(name string) string {
	name, _, _ = strings.Cut(name, "/")
	return name
}

func (l *Log) deactivate(id uint32) {
	if i := slices.Index(l.active, id); i >= 0 {
		l.active = slices.Delete(l.active, i, i+1)
	}
}

// Complete reports whether the harness said its last word, with every test ended
// and an exit code of code, and nothing else was ever said.
func (l *Log) Complete(code int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.final && l.open == 0 && l.exit == code && l.tampered == ""
}

// Tampered says what was wrong with the messages, "" where nothing was.
func (l *Log) Tampered() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tampered
}

// Tests returns the facts of all tests in the order in which they started. out and errs are
// what the process printed, as far as it was kept; last is what it said when it ended
// before them, for those that were not over.
func (l *Log) Tests(out, errs []byte, last string) []wire.Test {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.segment([streams]int64{stdout: int64(len(out)), stderr: int64(len(errs))})
	list := make([]wire.Test, 0, len(l.tests))
	for _, t := range l.tests {
		if t.failed && t.ended {
			t.status = wire.Fail // also when it failed after its end
		}
		message := strings.TrimRight(t.message.String(), "\n")
		if !t.ended {
			t.status, t.after = wire.Error, len(l.tests)
			t.seconds = time.Since(t.started).Seconds()
			if t.failed {
				t.status = wire.Fail
			} else if last != "" {
				message = strings.TrimLeft(message+"\n"+last, "\n")
			}
		}
		if l.tampered != "" && t.status == wire.Pass {
			t.status = wire.Error // who knows who said so
			message = strings.TrimLeft(message+"\n"+l.tampered, "\n")
		}
		list = append(list, wire.Test{
			Name: t.name, Status: t.status, Seconds: t.seconds,
			Message: wire.Text([]byte(message), maxMessage),
			Output:  wire.Text(t.output(out), maxOutput),
			Stderr:  wire.Text(t.printed(stderr, errs), maxOutput),
			Started: t.after,
		})
	}
	return list
}

// output is what an example printed, or what went to stdout while t was the active test.
func (t *test) output(out []byte) []byte {
	if t.example != nil {
		return t.example
	}
	return t.printed(stdout, out)
}

// printed is what went to a stream while t was the active test.
func (t *test) printed(stream int, all []byte) (text []byte) {
	for _, s := range t.segments[stream] {
		from, to := min(s[0], int64(len(all))), min(s[1], int64(len(all)))
		text = append(text, all[from:to]...)
		if len(text) > maxOutput {
			break
		}
	}
	return text
}
