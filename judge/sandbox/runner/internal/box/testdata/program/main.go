// Program does, by name, what an honest or hostile submission might. It prints "ok" or
// what went wrong.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

func main() {
	act, ok := acts[os.Args[1]]
	if !ok {
		fmt.Println("no such act")
		os.Exit(3)
	}
	if err := act(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("ok")
}

var acts = map[string]func() error{
	"nothing": func() error { return nil },
	"exit":    func() error { os.Exit(argument()); return nil },
	"panic":   func() error { panic("boom") },
	"who": func() error {
		dir, err := os.Getwd()
		fmt.Println(os.Getuid(), os.Getgid(), dir, runtime.NumCPU(), runtime.GOMAXPROCS(0), os.Environ())
		return err
	},
	"spin": func() error {
		for start := cpuTime(); cpuTime()-start < time.Duration(argument())*time.Millisecond; {
		}
		return nil
	},
	"spin-twice": func() error {
		for range 2 {
			go func() {
				for {
				}
			}()
		}
		select {}
	},
	"sleep":    func() error { time.Sleep(time.Duration(argument()) * time.Millisecond); return nil },
	"deadlock": func() error { select {} },
	"echo":     func() error { _, err := io.Copy(os.Stdout, os.Stdin); return err },
	"flood": func() error {
		for {
			fmt.Println("again and again and again and again")
		}
	},
	// Each write happens after the one before, whichever goroutine makes it.
	"both": func() error {
		turns := [2]chan int{make(chan int), make(chan int)}
		var over sync.WaitGroup
		for i, stream := range []*os.File{os.Stdout, os.Stderr} {
			over.Go(func() {
				for turn := range turns[i] {
					fmt.Fprintf(stream, "%d\n", turn)
					if turn == argument() {
						close(turns[1-i])
						return
					}
					turns[1-i] <- turn + 1
				}
			})
		}
		turns[0] <- 0
		over.Wait()
		return nil
	},
	"touch": func() error { return touch(argument() << 20) },
	"grow": func() error {
		var all [][]byte
		for {
			block := make([]byte, 1<<20)
			for i := 0; i < len(block); i += 4096 {
				block[i] = 1
			}
			all = append(all, block)
			runtime.KeepAlive(all)
		}
	},
	"grow-untouched": func() error {
		for all := map[int][]byte{}; ; {
			all[len(all)] = make([]byte, 64<<10)
			// Close to the limit slowly, so that also on a busy machine the watcher looks
			// before the kernel refuses.
			if megabytes := len(all) / 16; megabytes > 960 && len(all)%64 == 0 {
				time.Sleep(10 * time.Millisecond)
			}
		}
	},
	"reserve": func() error { large = make([]byte, argument()<<20); return nil },
	"threads": func() error {
		var up sync.WaitGroup
		for range argument() {
			up.Add(1)
			go func() { runtime.LockOSThread(); up.Done(); select {} }()
		}
		up.Wait()
		time.Sleep(200 * time.Millisecond)
		return nil
	},
	"file": func() error {
		return os.WriteFile("large", make([]byte, argument()<<20), 0o644)
	},
	"descriptors": func() error {
		for n := 0; ; n++ {
			if _, err := os.Create("f"); err != nil {
				return fmt.Errorf("after %d: %w", n, err)
			}
		}
	},
	"files": func() error {
		if err := os.MkdirAll("a/b", 0o755); err != nil {
			return err
		}
		if err := os.WriteFile("a/b/c", []byte("hello"), 0o600); err != nil {
			return err
		}
		if err := os.Rename("a/b/c", "a/d"); err != nil {
			return err
		}
		text, err := os.ReadFile("a/d")
		fmt.Println(string(text))
		return err
	},
	"read":  func() error { _, err := os.ReadFile(os.Args[2]); return refused(err) },
	"write": func() error { return refused(os.WriteFile(os.Args[2], nil, 0o644)) },
	"mess": func() error {
		if err := os.MkdirAll("a/b/c/d", 0o000); err == nil {
			return fmt.Errorf("made below a folder of mode 0")
		}
		return os.WriteFile(".hidden", nil, 0o000)
	},
	"http": func() error {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hi") }))
		defer server.Close()
		answer, err := http.Get(strings.Replace(server.URL, "127.0.0.1", "localhost", 1))
		if err != nil {
			return err
		}
		_, err = io.Copy(os.Stdout, answer.Body)
		return err
	},
	"udp": func() error {
		conn, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		_, err = conn.WriteTo([]byte("x"), conn.LocalAddr())
		return err
	},
	"outside": func() error {
		for _, address := range []string{"1.1.1.1:53", "169.254.169.254:80", "[2606:4700::1]:53"} {
			conn, err := net.DialTimeout("tcp", address, time.Second)
			if err == nil {
				conn.Close()
				return fmt.Errorf("reached %s", address)
			}
		}
		return nil
	},
	"unix": func() error {
		if _, err := net.Listen("unix", "@abstract"); err == nil {
			return fmt.Errorf("listens on an abstract socket")
		}
		if _, err := net.Listen("unix", "socket"); err == nil {
			return fmt.Errorf("listens on a socket")
		}
		return nil
	},
	"signal": func() error {
		signals := make(chan os.Signal, 1)
		signal.Notify(signals, os.Interrupt)
		fmt.Println("ready")
		fmt.Println(<-signals)
		return nil
	},
	"kill-self": func() error { return syscall.Kill(os.Getpid(), syscall.SIGKILL) },
	"kill-others": func() error {
		for _, pid := range []int{1, os.Getppid(), -1, 0} {
			if err := syscall.Kill(pid, syscall.SIGSTOP); err == nil {
				return fmt.Errorf("signalled %d", pid)
			}
		}
		return nil
	},
	"find-process": func() error {
		process, err := os.FindProcess(os.Getpid())
		if err != nil {
			return err
		}
		return process.Signal(syscall.SIGWINCH)
	},
	"extra": func() error {
		_, err := os.NewFile(3, "extra").WriteString("told")
		return err
	},
	"fds": func() error {
		for fd := 3; fd < 64; fd++ {
			var stat syscall.Stat_t
			if syscall.Fstat(fd, &stat) == nil && stat.Mode&syscall.S_IFMT != 0 {
				fmt.Print(fd, " ")
			}
		}
		return nil
	},
	"exec": func() error {
		_, err := os.StartProcess("/proc/self/exe", []string{"x", "nothing"}, &os.ProcAttr{})
		return err
	},
	"execve": func() error { return syscall.Exec("/proc/self/exe", []string{"x", "nothing"}, nil) },
	"call":   func() error { return rawCall() },
	"mmap-shared": func() error {
		_, err := syscall.Mmap(-1, 0, 1<<20, syscall.PROT_WRITE, syscall.MAP_SHARED|syscall.MAP_ANON)
		return err
	},
	"lock": func() error {
		file, err := os.Open("/etc/hosts")
		if err != nil {
			return err
		}
		return refused(syscall.Flock(int(file.Fd()), syscall.LOCK_SH))
	},
	"record-lock": func() error {
		file, err := os.Open("/etc/hosts")
		if err != nil {
			return err
		}
		return refused(syscall.FcntlFlock(file.Fd(), syscall.F_SETLK, &syscall.Flock_t{Type: syscall.F_RDLCK}))
	},
}

var large []byte

// rawCall makes the system call of the given number with zero arguments but the first.
func rawCall() error {
	number, first := uintptr(argument()), uintptr(0)
	if len(os.Args) > 3 {
		value, _ := strconv.ParseUint(os.Args[3], 0, 64)
		first = uintptr(value)
	}
	_, _, errno := syscall.Syscall6(number, first, 0, 0, 0, 0, 0)
	if errno == 0 {
		return fmt.Errorf("call %d succeeded", number)
	}
	fmt.Println(errno)
	return nil
}

func refused(err error) error {
	if err == nil {
		return fmt.Errorf("was not refused")
	}
	fmt.Println(err)
	return nil
}

func touch(size int) error {
	large = make([]byte, size)
	for i := 0; i < len(large); i += 4096 {
		large[i] = 1
	}
	return nil
}

func argument() int {
	number, err := strconv.Atoi(os.Args[2])
	if err != nil {
		panic(err)
	}
	return number
}

func cpuTime() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
