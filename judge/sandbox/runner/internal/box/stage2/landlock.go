package stage2

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ruleset is a Landlock ruleset that is not in force yet; nil where the kernel has none.
type ruleset struct{ fd int }

const (
	readRights = unix.LANDLOCK_ACCESS_FS_READ_FILE | unix.LANDLOCK_ACCESS_FS_READ_DIR
	// What the first version of Landlock knows of: execute to make_sym.
	firstRights = unix.LANDLOCK_ACCESS_FS_MAKE_SYM<<1 - 1
	// What a rule on a single file may hold.
	fileRights = unix.LANDLOCK_ACCESS_FS_EXECUTE | unix.LANDLOCK_ACCESS_FS_READ_FILE |
		unix.LANDLOCK_ACCESS_FS_WRITE_FILE | unix.LANDLOCK_ACCESS_FS_TRUNCATE
	deviceRights = unix.LANDLOCK_ACCESS_FS_MAKE_CHAR | unix.LANDLOCK_ACCESS_FS_MAKE_BLOCK
)

// LandlockVersion is the kernel's, 0 where it has none or it is switched off.
func LandlockVersion() int {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno != 0 {
		return 0
	}
	return int(version)
}

// prepareLandlock opens what the rules name while we may still reach it: execution of
// the program alone, reading and writing of what the orders list, nothing else.
func prepareLandlock(o Orders, program int) (*ruleset, error) {
	version := LandlockVersion()
	// Landlock keeps a process of one set of rules from tracing one of another. What a
	// debugger reaches is bounded by its user and by the mounts.
	if version == 0 || o.Profile == ProfileDebugger {
		return nil, nil
	}
	handled := handledRights(version)
	attr := unix.LandlockRulesetAttr{Handled_access_fs: handled}
	if version >= 6 {
		attr.Scoped = unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | unix.LANDLOCK_SCOPE_SIGNAL
	}
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET,
		uintptr(unsafe.Pointer(&attr)), rulesetSize(version), 0)
	if errno != 0 {
		return nil, fmt.Errorf("landlock: %w", errno)
	}
	rules := &ruleset{fd: int(fd)}
	// The kernel opens what it executes for reading.
	if err := rules.allowFD(program, unix.LANDLOCK_ACCESS_FS_EXECUTE|unix.LANDLOCK_ACCESS_FS_READ_FILE); err != nil {
		return nil, fmt.Errorf("landlock, the program: %w", err)
	}
	for _, path := range o.Execute {
		if err := rules.allow(path, unix.LANDLOCK_ACCESS_FS_EXECUTE|unix.LANDLOCK_ACCESS_FS_READ_FILE); err != nil {
			return nil, fmt.Errorf("landlock, %s: %w", path, err)
		}
	}
	for _, path := range o.ReadOnly {
		if err := rules.allow(path, readRights); err != nil {
			return nil, fmt.Errorf("landlock, %s: %w", path, err)
		}
	}
	for _, path := range o.Writable {
		if err := rules.allow(path, handled&^(unix.LANDLOCK_ACCESS_FS_EXECUTE|deviceRights)); err != nil {
			return nil, fmt.Errorf("landlock, %s: %w", path, err)
		}
	}
	return rules, nil
}

// handledRights are those that this version can forbid.
func handledRights(version int) uint64 {
	rights := uint64(firstRights)
	if version >= 2 {
		rights |= unix.LANDLOCK_ACCESS_FS_REFER
	}
	if version >= 3 {
		rights |= unix.LANDLOCK_ACCESS_FS_TRUNCATE
	}
	if version >= 5 {
		rights |= unix.LANDLOCK_ACCESS_FS_IOCTL_DEV
	}
	return rights
}

// rulesetSize is how much of the attributes this version knows.
func rulesetSize(version int) uintptr {
	switch {
	case version < 4:
		return 8
	case version < 6:
		return 16
	default:
		return 24
	}
}

// allow adds a rule for a path; one that is not there needs none.
func (r *ruleset) allow(path string, rights uint64) error {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err == unix.ENOENT {
		return nil
	}
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		return err
	}
	if stat.Mode&unix.S_IFMT != unix.S_IFDIR {
		rights &= fileRights
	}
	return r.allowFD(fd, rights)
}

func (r *ruleset) allowFD(fd int, rights uint64) error {
	attr := unix.LandlockPathBeneathAttr{Allowed_access: rights, Parent_fd: int32(fd)}
	_, _, errno := unix.Syscall6(unix.SYS_LANDLOCK_ADD_RULE, uintptr(r.fd),
		unix.LANDLOCK_RULE_PATH_BENEATH, uintptr(unsafe.Pointer(&attr)), 0, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// restrict puts the rules in force for this thread and what it executes.
func (r *ruleset) restrict() error {
	if r == nil {
		return nil
	}
	if _, _, errno := unix.RawSyscall(unix.SYS_LANDLOCK_RESTRICT_SELF, uintptr(r.fd), 0, 0); errno != 0 {
		return fmt.Errorf("landlock: %w", errno)
	}
	return unix.Close(r.fd)
}
