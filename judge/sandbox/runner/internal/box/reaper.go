package box

import (
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// reaper waits for one process and is the only one to signal it: once it is reaped its
// number may belong to another.
type reaper struct {
	pid    int
	mutex  sync.Mutex
	reaped bool
	ended  chan struct{} // closed when the process is a zombie
	status syscall.WaitStatus
	usage  syscall.Rusage
}

// live are the processes that have a reaper, with the user they run as.
var live = struct {
	sync.Mutex
	users map[int]int
}{users: map[int]int{}}

func newReaper(pid, uid int) *reaper {
	r := &reaper{pid: pid, ended: make(chan struct{})}
	live.Lock()
	live.users[pid] = uid
	live.Unlock()
	return r
}

// watch begins to wait for its end. While we trace it a stop would be taken for one.
func (r *reaper) watch() {
	go func() {
		// WNOWAIT leaves the zombie, so that signals cannot go astray meanwhile.
		for unix.Waitid(unix.P_PID, r.pid, nil, unix.WEXITED|unix.WNOWAIT, nil) == unix.EINTR {
		}
		close(r.ended)
	}()
}

// kill sends a signal, unless the process was reaped already.
func (r *reaper) kill(signal syscall.Signal) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if !r.reaped {
		_ = syscall.Kill(r.pid, signal)
	}
}

// wait reaps the process once it has ended.
func (r *reaper) wait() {
	<-r.ended
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.reaped {
		return
	}
	for {
		if _, err := syscall.Wait4(r.pid, &r.status, 0, &r.usage); err != syscall.EINTR {
			break
		}
	}
	r.reaped = true
	live.Lock()
	delete(live.users, r.pid)
	live.Unlock()
}

// isLive tells whether a process has a reaper, and as which user it runs.
func isLive(pid int) (uid int, ok bool) {
	live.Lock()
	defer live.Unlock()
	uid, ok = live.users[pid]
	return uid, ok
}
