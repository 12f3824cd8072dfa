package box

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxFiles bounds the number of files in the work and the build file system.
const (
	maxWorkFiles  = 8 << 10
	maxBuildFiles = 16 << 10
)

// capabilities is what capget and capset take, version 3: two words each.
type capabilities [2]unix.CapUserData

func readCapabilities() (capabilities, error) {
	var c capabilities
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	if err := unix.Capget(&header, &c[0]); err != nil {
		return c, fmt.Errorf("capget: %w", err)
	}
	return c, nil
}

func (c *capabilities) has(number uint) bool {
	return c[number/32].Effective&(1<<(number%32)) != 0
}

func (c *capabilities) remove(number uint) {
	mask := ^uint32(1 << (number % 32))
	word := &c[number/32]
	word.Effective, word.Permitted, word.Inheritable = word.Effective&mask, word.Permitted&mask, word.Inheritable&mask
}

// finishMounts does what bubblewrap has no words for: it makes the work file system
// noexec and bounds the number of files in both. Then it drops, in all threads and for
// good, the capability that it took. A container has neither the capability nor the
// need: its engine mounted them so.
func finishMounts(build, work string) error {
	have, err := readCapabilities()
	if err != nil || os.Getpid() != 1 || !have.has(unix.CAP_SYS_ADMIN) {
		return err
	}
	const always = unix.MS_REMOUNT | unix.MS_NOSUID | unix.MS_NODEV
	if err := unix.Mount("", work, "tmpfs", always|unix.MS_NOEXEC, fmt.Sprintf("nr_inodes=%d", maxWorkFiles)); err != nil {
		return fmt.Errorf("remount %s: %w", work, err)
	}
	if err := unix.Mount("", build, "tmpfs", always, fmt.Sprintf("nr_inodes=%d", maxBuildFiles)); err != nil {
		return fmt.Errorf("remount %s: %w", build, err)
	}
	have.remove(unix.CAP_SYS_ADMIN)
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	_, _, errno := syscall.AllThreadsSyscall(unix.SYS_CAPSET,
		uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&have[0])), 0)
	if errno != 0 {
		return fmt.Errorf("capset: %w", errno)
	}
	return nil
}
