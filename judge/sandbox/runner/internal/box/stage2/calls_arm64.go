package stage2

import "golang.org/x/sys/unix"

const (
	auditArch  = unix.AUDIT_ARCH_AARCH64
	foreignBit = 0
)

// allowedHere are the names that only arm64's table has.
func allowedHere() []uintptr {
	return []uintptr{unix.SYS_FSTATAT, unix.SYS_GETRLIMIT}
}

func forbiddenHere() []namedCall { return nil }
