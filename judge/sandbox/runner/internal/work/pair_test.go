package work

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"judge/runner/internal/box"
	"judge/runner/internal/builder"
	"judge/runner/internal/wire"
)

// The two programs of a pair: the tests ask over the link and tell what they were answered.
const (
	askingTests = `package main

import (
	"encoding/binary"
	"os"
)

func main() {
	channel, link := os.NewFile(3, ""), os.NewFile(4, "")
	nonce := make([]byte, 16)
	channel.Read(nonce)
	say := func(kind byte, printed uint64, payload string) {
		frame := append(append([]byte{}, nonce...), kind)
		frame = binary.BigEndian.AppendUint32(frame, 1)
		frame = binary.BigEndian.AppendUint64(frame, printed)
		frame = binary.BigEndian.AppendUint32(frame, uint32(len(payload)))
		channel.Write(append(frame, payload...))
	}
	say('S', 0, "TestOne")
	link.Write([]byte(os.Args[1] + "\n"))
	answer := make([]byte, 100)
	n, _ := link.Read(answer)
	if n == 0 {
		os.Exit(97)
	}
	say('L', 5, string(answer[:n]))
	say('E', 5, "p\x00\x00\x00\x00\x00\x00\x00\x01")
	say('Z', 5, "\x00")
}
`
	answeringSolution = `package main

import (
	"bufio"
	"fmt"
	"os"
	"syscall"
	"time"
)

func main() {
	link := os.NewFile(3, "")
	line, _ := bufio.NewReader(link).ReadString('\n')
	fmt.Print("asked")
	switch line {
	case "exit\n":
		os.Exit(0)
	case "panic\n":
		panic("no")
	case "loop\n":
		for {
		}
	case "close\n":
		link.Close()
		time.Sleep(time.Hour)
	case "fork\n":
		syscall.ForkExec("/proc/self/exe", nil, nil)
	case "look\n":
		_, err := os.ReadDir("/work")
		_, other := os.ReadFile(os.Args[1] + "/src/secret.txt")
		fmt.Fprintln(link, os.NewFile(4, "").Close() != nil, os.Getuid(), err != nil, other != nil)
	case "hold\n":
		big := make([]byte, 100<<20)
		for i := range big {
			big[i] = 1
		}
		fmt.Fprintln(link, len(big))
	default:
		fmt.Fprint(link, "yes")
	}
	time.Sleep(time.Hour)
}
`
)

func TestPair(t *testing.T) {
	for _, c := range []struct{ ask, want string }{
		{"hello", "pass TestOne [yes] {asked}\nsolution: exit none\ntests: exit 0\n"},
		{"exit", "error TestOne [your code ended its process with exit code 0 before the test was over] {asked}\nsolution: exit 0 incomplete\ntests: exit 97 incomplete\n"},
		{"panic", "error TestOne [panic: no] {asked}\nsolution: exit 2 incomplete\ntests: exit 97 incomplete\n"},
		{"loop", "error TestOne [stopped at the limit: cpu] {asked}\nsolution: exit none SIGKILL cpu incomplete\ntests: exit 97 incomplete\n"},
		{"close", "error TestOne [your code closed its connection to the tests, or sent over it what it was not asked for] {asked}\nsolution: exit none incomplete\ntests: exit 97 incomplete\n"},
		{"fork", "error TestOne [stopped: fork is not allowed here] {asked}\nsolution: exit none SIGSYS fork incomplete\ntests: exit 97 incomplete\n"},
		{"look", "pass TestOne [true UID true true] {asked}\nsolution: exit none\ntests: exit 0\n"},
		{"hold", "pass TestOne [104857600] {asked}\nsolution: exit none\ntests: exit 0\n"},
	} {
		t.Run(c.ask, func(t *testing.T) {
			job := &task{Judge: judge, Message: &wire.Message{Limits: limits, Module: "pair"}, ctx: context.Background(),
				control: NewControl(), tell: func(wire.Event) {}, facts: &wire.Facts{}, uid: box.NextRunUID(), testsUID: box.NextRunUID()}
			job.Limits.CPUSeconds = 1
			programs := map[string]string{}
			for name, text := range map[string]string{"tests": askingTests, "solution": answeringSolution} {
				program, ok, err := job.build(&builder.Plan{Pack: files("main.go", text)}, 0)
				if err != nil || !ok {
					t.Fatalf("%s: %v %s", name, err, tell(job.facts))
				}
				programs[name] = program
			}
			testsHome := ""
			err := job.paired(
				part{files: []wire.Files{files("secret.txt", "the answer")}, spec: func(home string) box.Spec {
					testsHome = home
					return job.spec(programs["tests"], home, []string{"tests", c.ask})
				}},
				part{spec: func(home string) box.Spec {
					return job.spec(programs["solution"], home, []string{"solution", testsHome})
				}})
			if err != nil {
				t.Fatal(err)
			}
			user := fmt.Sprint(job.uid)
			if box.OneUser() {
				user = "0"
			}
			if got := tell(job.facts); got != strings.ReplaceAll(c.want, "UID", user) {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
			if c.ask == "hold" && (job.facts.Runs[0].MemoryBytes < 100<<20 || job.facts.Runs[1].MemoryBytes > 50<<20) {
				t.Errorf("memory %d and %d: not measured apart", job.facts.Runs[0].MemoryBytes, job.facts.Runs[1].MemoryBytes)
			}
			if err := clean(job.uid, job.testsUID, box.BuildUID); err != nil {
				t.Error(err)
			}
		})
	}
}
