package stage2

import (
	"encoding/binary"
	"errors"
	"io"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Profile says what a program may do.
type Profile int

const (
	// ProfileRun is for untrusted programs: loopback sockets, its own folder.
	ProfileRun Profile = iota
	// ProfileBuild is for compilers and linkers on untrusted input: reads the
	// toolchain, writes below the build root, has no sockets.
	ProfileBuild
	// ProfileScript is ProfileRun for an interpreter that needs a C library.
	ProfileScript
	// ProfileDebugger is for Delve, which stops and reads a program of the same user.
	ProfileDebugger
)

// Orders is what stage 2 applies to itself.
type Orders struct {
	Args, Env  []string
	Dir        string
	UID        int // the user to become; -1: stay
	Profile    Profile
	Rlimits    []Rlimit
	CPUs       []int    // affinity; empty: stay
	ReadOnly   []string // files and folders that may be read
	Execute    []string // what the kernel executes beside the program: its loader
	Writable   []string // folders that may be written
	MaxMap     uint64   // bytes; a larger writable mapping is stopped; 0: none is
	ReportCall bool     // ask the kernel to tell of forbidden calls
	// ReportWrites asks for writes to stdout and stderr too, with ReportCall.
	ReportWrites bool
	SocketPairs  bool // connected pairs of Unix sockets may be made
	Held         bool // traced by the runner from here on, and by a debugger after it
}

// Rlimit is one setrlimit.
type Rlimit struct {
	Resource   int
	Soft, Hard uint64
}

// Limit is the Rlimit that is soft and hard at once.
func Limit(resource int, value uint64) Rlimit { return Rlimit{resource, value, value} }

// Report is what stage 2 answers just before it executes the program, or instead.
type Report struct {
	CPU   time.Duration // used by stage 2 itself
	Error string
}

// maxBytes is what orders may be long: arguments and environment, mostly.
const maxBytes = 1 << 20

var errCut = errors.New("orders: cut short")

// Encode writes the orders in the order of their fields: numbers as varints, a text or
// list after its length. Both ends are of one build, so there is no version.
func (o *Orders) Encode() ([]byte, error) {
	e := encoder(make([]byte, 0, 4096))
	e.texts(o.Args)
	e.texts(o.Env)
	e.text(o.Dir)
	e.number(int64(o.UID))
	e.number(int64(o.Profile))
	e.number(int64(len(o.Rlimits)))
	for _, limit := range o.Rlimits {
		e.number(int64(limit.Resource))
		e.number(int64(limit.Soft))
		e.number(int64(limit.Hard))
	}
	e.number(int64(len(o.CPUs)))
	for _, cpu := range o.CPUs {
		e.number(int64(cpu))
	}
	e.texts(o.ReadOnly)
	e.texts(o.Execute)
	e.texts(o.Writable)
	e.number(int64(o.MaxMap))
	e.truth(o.ReportCall)
	e.truth(o.ReportWrites)
	e.truth(o.SocketPairs)
	e.truth(o.Held)
	if len(e) > maxBytes {
		return nil, errors.New("orders: arguments and environment are too long")
	}
	return e, nil
}

// Decode is Encode's other end.
func Decode(data []byte) (Orders, error) {
	d := decoder{rest: data}
	o := Orders{Args: d.texts(), Env: d.texts(), Dir: d.text(), UID: int(d.number()), Profile: Profile(d.number())}
	for range d.length() {
		o.Rlimits = append(o.Rlimits, Rlimit{int(d.number()), uint64(d.number()), uint64(d.number())})
	}
	for range d.length() {
		o.CPUs = append(o.CPUs, int(d.number()))
	}
	o.ReadOnly, o.Execute, o.Writable = d.texts(), d.texts(), d.texts()
	o.MaxMap, o.ReportCall = uint64(d.number()), d.number() == 1
	o.ReportWrites, o.SocketPairs, o.Held = d.number() == 1, d.number() == 1, d.number() == 1
	if d.cut || len(d.rest) > 0 {
		return o, errCut
	}
	return o, nil
}

type encoder []byte

func (e *encoder) number(n int64) { *e = binary.AppendVarint(*e, n) }

func (e *encoder) truth(is bool) {
	if is {
		e.number(1)
	} else {
		e.number(0)
	}
}

func (e *encoder) text(s string) {
	e.number(int64(len(s)))
	*e = append(*e, s...)
}

func (e *encoder) texts(list []string) {
	e.number(int64(len(list)))
	for _, s := range list {
		e.text(s)
	}
}

type decoder struct {
	rest []byte
	cut  bool
}

func (d *decoder) number() int64 {
	n, size := binary.Varint(d.rest)
	if size <= 0 {
		d.cut, d.rest = true, nil
		return 0
	}
	d.rest = d.rest[size:]
	return n
}

// length is a number of things that follow, each of a byte at least.
func (d *decoder) length() int {
	n := d.number()
	if n < 0 || n > int64(len(d.rest)) {
		d.cut, d.rest = true, nil
		return 0
	}
	return int(n)
}

func (d *decoder) text() string {
	n := d.length()
	s := string(d.rest[:n])
	d.rest = d.rest[n:]
	return s
}

func (d *decoder) texts() []string {
	var list []string
	for range d.length() {
		list = append(list, d.text())
	}
	return list
}

// read takes the orders from the pipe that stage 2 inherited.
func read(fd int) (Orders, error) {
	pipe := os.NewFile(uintptr(fd), "orders")
	defer pipe.Close()
	data, err := io.ReadAll(io.LimitReader(pipe, maxBytes))
	if err != nil {
		return Orders{}, err
	}
	return Decode(data)
}

// sendReport answers over the control socket, with the listener's descriptor if there
// is one (not negative).
func sendReport(control int, r Report, listener int) error {
	var rights []byte
	if listener >= 0 {
		rights = unix.UnixRights(listener)
	}
	return unix.Sendmsg(control, r.encode(), rights, nil, 0)
}

func (r Report) encode() []byte {
	return append(binary.AppendVarint(nil, int64(r.CPU)), r.Error...)
}

// DecodeReport reads a packet of the control socket.
func DecodeReport(data []byte) (Report, error) {
	cpu, size := binary.Varint(data)
	if size <= 0 {
		return Report{}, errCut
	}
	return Report{time.Duration(cpu), string(data[size:])}, nil
}
