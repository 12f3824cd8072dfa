package work

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"path"
	"strconv"
	"time"

	"judge/runner/internal/box"
	"judge/runner/internal/builder"
	"judge/runner/internal/gate"
	"judge/runner/internal/wire"
)

// A program is debugged by Delve, which is a process of the same user beside it. The program
// is built without optimisation, started in the box of any run and held there; Delve,
// whose filter lets it trace, speaks DAP over loopback with us, and we pass its bytes on. Who
// is outside tells it to attach. What the program reads and prints goes past it.

const (
	// Of Delve itself, whose conditions may be asked a million times. No matter of the program's.
	debuggerCPU    = 60 * time.Second
	debuggerMemory = 512 << 20
	debuggerOutput = 64 << 10
	connectTime    = 20 * time.Second
	// How long Delve may take to tell of the program's end.
	lastWordsTime = 2 * time.Second
)

// debug builds a program, or the tests of a package, and runs it under a debugger.
func (t *task) debug() error {
	var took time.Duration
	gated, rules := t.Source, gate.Rules{}
	plan := &builder.Plan{Solution: t.Source, Pack: t.Files, Debug: true}
	if len(t.Tests) > 0 {
		gated, rules = maps.Clone(t.Source), gate.Rules{Tests: true}
		maps.Copy(gated, t.Tests)
		plan.Tests, plan.Suite, plan.Bench = t.Tests, t.suite(), true
	}
	if !t.admit(gated, rules, &took) {
		return nil
	}
	program, ok, err := t.build(plan, took)
	if err != nil || !ok {
		return err
	}
	home, err := t.folder(t.Source, t.Files)
	if err != nil {
		return err
	}
	spec := t.withEnv(t.spec(program, home, append([]string{path.Base(path.Join(t.Module, t.folderOf()))}, t.Args...)))
	spec.Stdin, spec.Stdout, spec.Stderr = t.control.Stdin, &teller{t, "stdout"}, &teller{t, "stderr"}
	spec.Held = true
	return t.debugged(spec)
}

// debugged runs the program with Delve at its side, until the program has ended.
func (t *task) debugged(spec box.Spec) error {
	ctx, cancel := context.WithCancel(t.ctx)
	defer cancel()
	delve, err := t.startDelve(ctx)
	if err != nil {
		return err
	}
	program, err := t.start("", spec)
	if err != nil {
		cancel()
		<-delve.ended
		return err
	}
	go func() {
		<-delve.ended // early: without it the program would never go on
		cancel()
	}()
	go func() { _, _ = io.Copy(delve.conn, t.control.Debugger) }()
	t.tell(wire.Event{Kind: "running", Name: strconv.Itoa(program.program.PID())})
	run := program.wait(ctx)
	t.control.Stdin.Close()
	early := delve.early()
	if t.ctx.Err() == nil && !early {
		select {
		case <-delve.told:
		case <-time.After(lastWordsTime):
		}
	}
	t.control.Debugger.Close()
	cancel()
	<-delve.ended
	delve.conn.Close()
	<-delve.told
	t.facts.Runs = []wire.Run{*run}
	if early && t.ctx.Err() == nil {
		if delve.usage.Limit == "" {
			return fmt.Errorf("the debugger ended: exit code %d, signal %d, %s", delve.usage.ExitCode, delve.usage.Signal, delve.log.Bytes())
		}
		t.facts.Runs = append(t.facts.Runs, wire.Run{Name: "debugger", Signal: "SIGKILL", CPUSeconds: delve.usage.CPU.Seconds(),
			MemoryBytes: delve.usage.MemoryBytes, Limit: delve.usage.Limit, Complete: true})
	}
	t.abnormal("it had a debugger in it") // one for each session
	return nil
}

// A delve is a debugger under way.
type delve struct {
	conn  net.Conn
	log   bytes.Buffer
	ended chan struct{} // closed once it is gone; usage is known then
	told  chan struct{} // closed once all that it said was passed on
	usage box.Usage
}

func (d *delve) early() bool {
	select {
	case <-d.ended:
		return true
	default:
		return false
	}
}

// startDelve returns once it has connected.
func (t *task) startDelve(ctx context.Context) (*delve, error) {
	listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, fmt.Errorf("a port for the debugger: %w", err)
	}
	// It hears one connection only, and no program has been started yet.
	defer listener.Close()
	home, err := box.NewWorkdir(t.uid)
	if err != nil {
		return nil, err
	}
	d := &delve{ended: make(chan struct{}), told: make(chan struct{})}
	program, err := box.Start(box.Spec{
		Path: t.Toolchain.Path("dlv"),
		Args: []string{"dlv", "dap", "--client-addr", listener.Addr().String()},
		Env:  []string{"HOME=" + home, "TMPDIR=" + home, "PATH=", "XDG_CONFIG_HOME=" + t.Toolchain.Path("etc/delve")},
		Dir:  home, UID: t.uid, Stderr: &d.log,
		Limits:  box.Limits{CPU: debuggerCPU, MemoryBytes: debuggerMemory, OutputBytes: debuggerOutput, Processes: maxThreads, CPUs: 2},
		Profile: box.ProfileDebugger,
	})
	if err != nil {
		return nil, err
	}
	go func() {
		d.usage = program.Wait(ctx)
		close(d.ended)
		listener.Close()
	}()
	err = listener.SetDeadline(time.Now().Add(connectTime))
	if err == nil {
		d.conn, err = listener.Accept()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the debugger did not come: %w", err), t.ctx.Err())
	}
	go func() {
		defer close(d.told)
		_, _ = io.Copy(&teller{t, "debugger"}, d.conn)
	}()
	return d, nil
}
