package box

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"judge/runner/internal/box/stage2"
)

// stage2Peak bounds what stage 2 itself may have had in memory.
const stage2Peak = 16 << 20

// ownProgram is stage 2 in a sandbox; elsewhere, as in tests, the runner is that too.
const ownProgram = "/judge-stage2"

// tmpName is the link below the work root that /tmp of the root file system leads to:
// judge/sandbox/rootfs.py makes that one.
const tmpName = "tmp"

// goneTimeout is how long a killed process may take to be gone.
const goneTimeout = 5 * time.Second

// What Setup found out; fixed after.
var (
	buildRoot   = "/build"
	workRoot    = "/work"
	sysroot     = "/"
	stage2Path  = "/proc/self/exe"
	oneUser     bool // there is no other user to switch to
	reportCalls bool
	continues   bool // the kernel lets a reported call go on
)

var (
	tmpOwner     int // whose folder /tmp is, 0: nobody's; with the lock of workdirs
	nextAffinity atomic.Uint64
	nextUser     atomic.Uint32
	nextDir      atomic.Uint32
	workdirs     = struct {
		sync.Mutex
		of map[int][]string
	}{of: map[int][]string{}}
)

// Setup is called once, before anything else of this package but Stage2Main.
func Setup(build, work string) error {
	buildRoot, workRoot = build, work
	if err := finishMounts(build, work); err != nil {
		return err
	}
	oneUser = !mayBecome(LastRunUID)
	reportCalls = stage2.CanReport()
	continues = canContinue()
	if _, err := os.Stat(ownProgram); err == nil {
		stage2Path = ownProgram
	}
	nextUser.Store(rand.Uint32N(LastRunUID - FirstRunUID + 1))
	nextAffinity.Store(rand.Uint64N(1 << 16))
	// Others who are the same user shall not look into this process.
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return fmt.Errorf("dumpable: %w", err)
	}
	if os.Getpid() != 1 {
		// Under another process 1 what loses its parent still comes to us.
		if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
			return fmt.Errorf("subreaper: %w", err)
		}
	}
	return nil
}

// SetSysroot says where the toolchain is; "/" unless told.
func SetSysroot(root string) { sysroot = root }

// OneUser tells whether runs, builds and the runner are the same user.
func OneUser() bool { return oneUser }

// NextRunUID is the user for the next submission. The first is a random one: thread
// limits are counted by user over the host, and another container has its users in the
// same range.
func NextRunUID() int {
	const users = LastRunUID - FirstRunUID + 1
	return FirstRunUID + int(nextUser.Add(1)%users)
}

// mayBecome tells whether we can switch to a user: root, and mapped in our namespace.
func mayBecome(uid int) bool {
	if os.Geteuid() != 0 {
		return false
	}
	text, err := os.ReadFile("/proc/self/uid_map")
	if err != nil {
		return true // no user namespaces at all
	}
	for line := range strings.Lines(string(text)) {
		var inside, outside, count int64
		if n, _ := fmt.Sscan(line, &inside, &outside, &count); n == 3 &&
			int64(uid) >= inside && int64(uid) < inside+count {
			return true
		}
	}
	return false
}

// userOf is the user to become for a spec's, -1 to stay.
func userOf(uid int) int {
	if oneUser {
		return -1
	}
	return uid
}

// NewWorkdir makes an empty folder that belongs to the user alone: below the build root
// for BuildUID, below the work root for others. Clean removes it.
func NewWorkdir(uid int) (string, error) {
	root := workRoot
	if uid == BuildUID {
		root = buildRoot
	}
	dir := filepath.Join(root, strconv.Itoa(uid)+"-"+strconv.Itoa(int(nextDir.Add(1))))
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", fmt.Errorf("working folder: %w", err)
	}
	workdirs.Lock()
	workdirs.of[uid] = append(workdirs.of[uid], dir)
	workdirs.Unlock()
	return dir, Give(uid, dir)
}

// SetTmp makes a folder of the user's what programs find as /tmp. There is one /tmp at a
// time; Clean takes it away.
func SetTmp(uid int, folder string) error {
	if TmpName(folder) == folder {
		return nil
	}
	workdirs.Lock()
	defer workdirs.Unlock()
	if err := removeTmp(); err != nil {
		return err
	}
	if err := os.Symlink(folder, filepath.Join(workRoot, tmpName)); err != nil {
		return fmt.Errorf("link to the folder of temporary files: %w", err)
	}
	tmpOwner = uid
	return nil
}

// TmpName is what the folder given to SetTmp is reached by: /tmp, or its own name where the
// root file system has no such link, as in tests of the runner.
func TmpName(folder string) string {
	if target, err := os.Readlink("/tmp"); err == nil && target == filepath.Join(workRoot, tmpName) {
		return "/tmp"
	}
	return folder
}

// removeTmp takes /tmp away from whoever has it.
func removeTmp() error {
	tmpOwner = 0
	if err := os.Remove(filepath.Join(workRoot, tmpName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("link to the folder of temporary files: %w", err)
	}
	return nil
}

// Give makes a file or folder the user's; nothing where there is only one user.
func Give(uid int, path string) error {
	if oneUser {
		return nil
	}
	if err := os.Lchown(path, uid, uid); err != nil {
		return fmt.Errorf("working folder: %w", err)
	}
	return nil
}

// Clean kills every process of the user, removes all its folders and checks that
// nothing is left of it anywhere. An error says what is: the sandbox is not to be
// used again.
func Clean(uid int) error {
	err := killAll(uid)
	workdirs.Lock()
	dirs := workdirs.of[uid]
	delete(workdirs.of, uid)
	if tmpOwner == uid {
		err = errors.Join(err, removeTmp())
	}
	workdirs.Unlock()
	for _, dir := range dirs {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return errors.Join(err, checkFiles(uid), checkShared())
}

// killAll kills until no process of the user is there. None can fork, so this ends.
func killAll(uid int) error {
	deadline := time.Now().Add(goneTimeout)
	for {
		left := processesOf(uid)
		if len(left) == 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("processes %v of user %d cannot be killed", left, uid)
		}
		for _, pid := range left {
			_ = syscall.Kill(pid, syscall.SIGKILL)
			if _, ok := isLive(pid); !ok {
				_, _ = syscall.Wait4(pid, nil, syscall.WNOHANG, nil)
			}
		}
		time.Sleep(time.Millisecond)
	}
}

// processesOf lists the user's processes. With one user for all, those are everything
// in our own PID namespace (or, outside of one, our children) but what runs for others.
func processesOf(uid int) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	self := os.Getpid()
	var list []int
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || pid == self {
			continue
		}
		owner, known := isLive(pid)
		switch {
		case known:
			if owner == uid {
				list = append(list, pid)
			}
		case oneUser:
			if self == 1 || parentOf(pid) == self {
				list = append(list, pid)
			}
		case userOfProcess(pid) == uid && (self == 1 || inOurNamespace(pid)):
			list = append(list, pid)
		}
	}
	return list
}

// inOurNamespace matters to tests alone: their process sees those of all sandboxes of the
// machine, whose builds run as the same user.
func inOurNamespace(pid int) bool {
	ours, err := os.Readlink("/proc/self/ns/pid")
	theirs, also := os.Readlink(fmt.Sprintf("/proc/%d/ns/pid", pid))
	return err == nil && also == nil && ours == theirs
}

func userOfProcess(pid int) int { return processNumber(pid, "\nUid:") }
func parentOf(pid int) int      { return processNumber(pid, "\nPPid:") }

func processNumber(pid int, name string) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return -1
	}
	number, ok := statusNumber(text, name)
	if !ok {
		return -1
	}
	return int(number)
}

// checkFiles looks for what the user left in the only places it could write to.
func checkFiles(uid int) error {
	var left []error
	for _, root := range []string{workRoot, buildRoot} {
		entries, err := os.ReadDir(root)
		if err != nil {
			return fmt.Errorf("look for leftovers: %w", err)
		}
		for _, entry := range entries {
			if strings.HasPrefix(entry.Name(), strconv.Itoa(uid)+"-") || !ownedByOther(entry, uid) {
				left = append(left, fmt.Errorf("%s is left of user %d", filepath.Join(root, entry.Name()), uid))
			}
		}
	}
	return errors.Join(left...)
}

func ownedByOther(entry fs.DirEntry, uid int) bool {
	if oneUser {
		return true // its name says whose it is
	}
	info, err := entry.Info()
	if err != nil {
		return true
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(stat.Uid) != uid
}

// checkShared looks for memory, semaphores and queues that outlive their maker. Only
// in a namespace of our own: on a host they are other people's.
func checkShared() error {
	if os.Getpid() != 1 {
		return nil
	}
	for _, kind := range []string{"shm", "sem", "msg"} {
		text, err := os.ReadFile("/proc/sysvipc/" + kind)
		if err == nil && strings.Count(string(text), "\n") > 1 {
			return fmt.Errorf("System V %s is left", kind)
		}
	}
	for _, dir := range []string{"/dev/shm", "/dev/mqueue"} {
		entries, err := os.ReadDir(dir)
		if err == nil && len(entries) > 0 {
			return fmt.Errorf("%s is left in %s", entries[0].Name(), dir)
		}
	}
	return nil
}

// ownPeak is the most memory that this process ever had resident.
func ownPeak() int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	peak, _ := statusNumber(text, "VmHWM:")
	return peak << 10
}
