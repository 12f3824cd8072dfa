package stage2

import "golang.org/x/sys/unix"

// A few instructions of classic BPF, enough to write a seccomp filter that reads like
// a table. Every check ends in a return, so that jumps stay within one check.

// Offsets into struct seccomp_data (little-endian on both of our architectures).
const (
	offsetNumber = 0
	offsetArch   = 4
	offsetArgs   = 16
)

type program []unix.SockFilter

func (p *program) statement(code uint16, k uint32) {
	*p = append(*p, unix.SockFilter{Code: code, K: k})
}

func (p *program) jump(code uint16, k uint32, yes, no uint8) {
	*p = append(*p, unix.SockFilter{Code: code, Jt: yes, Jf: no, K: k})
}

func (p *program) load(offset uint32) { p.statement(unix.BPF_LD|unix.BPF_W|unix.BPF_ABS, offset) }
func (p *program) ret(action uint32)  { p.statement(unix.BPF_RET|unix.BPF_K, action) }

// loadArg loads the lower half of an argument, which is all of an int.
func (p *program) loadArg(index uint32) { p.load(offsetArgs + 8*index) }

// loadArgHigh loads the upper half.
func (p *program) loadArgHigh(index uint32) { p.load(offsetArgs + 8*index + 4) }

// onNumber runs check, which must end in a return on every way or be left by the end of
// its block, where the system call is number; the accumulator holds the number before
// and after.
func (p *program) onNumber(number uintptr, check program) {
	p.jump(unix.BPF_JMP|unix.BPF_JEQ|unix.BPF_K, uint32(number), 0, uint8(len(check)))
	*p = append(*p, check...)
}

// returning is the check that only returns.
func returning(action uint32) program {
	var p program
	p.ret(action)
	return p
}

// argIn allows where the argument, as an int, is one of values, and returns otherwise.
func argIn(index uint32, otherwise uint32, values ...uint32) program {
	var p program
	p.loadArg(index)
	for _, value := range values {
		p.jump(unix.BPF_JMP|unix.BPF_JEQ|unix.BPF_K, value, 0, 1)
		p.ret(unix.SECCOMP_RET_ALLOW)
	}
	p.ret(otherwise)
	return p
}

// unlessEqual returns otherwise where the masked argument is not value; else it falls
// through to what follows.
func (p *program) unlessEqual(index, mask, value, otherwise uint32) {
	p.loadArg(index)
	p.statement(unix.BPF_ALU|unix.BPF_AND|unix.BPF_K, mask)
	p.jump(unix.BPF_JMP|unix.BPF_JEQ|unix.BPF_K, value, 1, 0)
	p.ret(otherwise)
}

// unlessIn is unlessEqual for any of values.
func (p *program) unlessIn(index, mask, otherwise uint32, values ...uint32) {
	p.loadArg(index)
	p.statement(unix.BPF_ALU|unix.BPF_AND|unix.BPF_K, mask)
	for i, value := range values {
		p.jump(unix.BPF_JMP|unix.BPF_JEQ|unix.BPF_K, value, uint8(len(values)-i), 0)
	}
	p.ret(otherwise)
}
