// Runner is process 1 of a sandbox: it takes jobs on stdin and answers on stdout.
//
// Theory of operation. The worker outside holds the other ends of stdin and stdout;
// judge/sandbox/protocol.py describes the frames. One goroutine reads frames. A job
// is done by another, so that input, signals and a cancel can reach it; what it tells
// goes straight to stdout, a frame at a time. Two jobs are never under way at once:
// a job that comes while another is, like any frame that is not understood, ends the
// runner, and the worker, seeing the stream end, throws the container away.
//
// Everything that is not ours, compilers included, runs in a process of its own that
// package box starts by executing this program again as "judge-stage2", under another
// user and with every limit applied to itself before the program takes its place. The
// runner never executes anything else, and as process 1 it takes all of them with it
// when it ends.
//
// Stderr is for our own log and no part of any result.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"judge/runner/internal/box"
	"judge/runner/internal/builder"
	"judge/runner/internal/wire"
	"judge/runner/internal/work"
)

func main() {
	if os.Args[0] == box.Stage2Name {
		box.Stage2Main()
		return
	}
	root := flag.String("root", "/", "where go/ with the toolchain is")
	builds := flag.String("build", "/build", "the file system for builds")
	works := flag.String("work", "/work", "the file system for working folders")
	flag.Parse()
	if err := serve(*root, *builds, *works, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "runner:", err)
		os.Exit(1)
	}
}

// serve answers jobs until in ends.
func serve(root, builds, works string, in io.Reader, out io.Writer) error {
	if root != "/" {
		box.SetSysroot(root)
	}
	if err := box.Setup(builds, works); err != nil {
		return err
	}
	judge, err := load(root, builds)
	if err != nil {
		return err
	}
	s := &server{judge: judge, writer: wire.NewWriter(out)}
	if err := s.writer.Send(wire.Hello{Type: "hello", Protocol: wire.Protocol, Toolchain: judge.Version()}); err != nil {
		return err
	}
	reader := wire.NewReader(in)
	for {
		payload, err := reader.Next()
		if errors.Is(err, io.EOF) {
			s.cancel()
			return nil
		}
		if err == nil {
			err = s.take(payload)
		}
		if err != nil {
			s.cancel()
			return err
		}
	}
}

// load reads what the root file system holds: an interpreter, or the Go toolchain.
func load(root, builds string) (*work.Judge, error) {
	interpreter, err := work.LoadInterpreter(root)
	if err != nil {
		return nil, err
	}
	if interpreter != nil {
		return &work.Judge{Interpreter: interpreter}, nil
	}
	toolchain, err := builder.Load(root)
	if err != nil {
		return nil, err
	}
	return work.New(toolchain), toolchain.SetStore(filepath.Join(builds, "store"))
}

// A server holds the job that is under way.
type server struct {
	judge  *work.Judge
	writer *wire.Writer

	mu  sync.Mutex
	now *current // nil: none
}

type current struct {
	id      int64
	control *work.Control
	cancel  context.CancelFunc
}

var signals = map[string]syscall.Signal{
	"SIGINT": syscall.SIGINT, "SIGTERM": syscall.SIGTERM, "SIGQUIT": syscall.SIGQUIT, "SIGHUP": syscall.SIGHUP,
	"SIGUSR1": syscall.SIGUSR1, "SIGUSR2": syscall.SIGUSR2, "SIGKILL": syscall.SIGKILL,
}

// take takes one message. An error ends the runner.
func (s *server) take(payload []byte) error {
	m, err := wire.Decode(payload)
	if err != nil {
		return err
	}
	if m.Type == "job" {
		return s.start(m)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now == nil || s.now.id != m.ID {
		return nil // it crossed the end of the job
	}
	switch m.Type {
	case "stdin":
		if _, err := s.now.control.Stdin.Write(m.Data); err != nil {
			s.now.cancel()
		}
	case "debugger":
		if _, err := s.now.control.Debugger.Write(m.Data); err != nil {
			s.now.cancel()
		}
	case "close_stdin":
		s.now.control.Stdin.Close()
	case "cancel":
		s.now.cancel()
	case "signal":
		signal, ok := signals[m.Signal]
		if !ok {
			return fmt.Errorf("a signal %q that is not sent", m.Signal)
		}
		select {
		case s.now.control.Signals <- signal:
		default: // so many that the program does not come to take them
		}
	default:
		return fmt.Errorf("a message of unknown type %q", m.Type)
	}
	return nil
}

// start starts a job.
func (s *server) start(m *wire.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now != nil {
		return fmt.Errorf("job %d came while job %d is under way", m.ID, s.now.id)
	}
	ctx, cancel := context.WithCancel(context.Background())
	control := work.NewControl()
	s.now = &current{m.ID, control, cancel}
	go s.do(ctx, m, control)
	return nil
}

// do does a job and answers.
func (s *server) do(ctx context.Context, m *wire.Message, control *work.Control) {
	tell := func(event wire.Event) { s.send(wire.Told{Type: "event", ID: m.ID, Event: event}) }
	outcome, err := s.judge.Do(ctx, m, control, tell)
	s.cancel()
	if err != nil {
		s.send(wire.Fault{Type: "fault", ID: m.ID, Error: err.Error()})
		return
	}
	s.send(wire.Outcome{Type: "facts", ID: m.ID, Facts: outcome.Facts, Replace: outcome.Replace})
}

// cancel ends what is under way.
func (s *server) cancel() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.now != nil {
		s.now.cancel()
		s.now = nil
	}
}

// send sends a message. Where that fails nobody listens any more.
func (s *server) send(message any) {
	if err := s.writer.Send(message); err != nil {
		fmt.Fprintln(os.Stderr, "runner:", err)
		os.Exit(1)
	}
}
