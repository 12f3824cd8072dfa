package work

import (
	"context"
	"strings"
	"testing"

	"judge/runner/internal/box"
	"judge/runner/internal/builder"
	"judge/runner/internal/wire"
)

// recordingTests writes a record that differs from one run to the next, and tells which it got.
const recordingTests = `package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"time"
)

func main() {
	how := os.Args[len(os.Args)-1]
	if strings.Contains(how, "\"record\"") {
		source, _ := os.ReadFile("../judge/solution/x.py")
		if string(source) == "broken" {
			os.Exit(3)
		}
		os.WriteFile("../judge/recorded", []byte(fmt.Sprint(string(source), time.Now().UnixNano())), 0o600)
		return
	}
	channel := os.NewFile(3, "")
	nonce := make([]byte, 16)
	channel.Read(nonce)
	say := func(kind byte, payload string) {
		frame := append(append([]byte{}, nonce...), kind)
		frame = binary.BigEndian.AppendUint32(frame, 1)
		frame = binary.BigEndian.AppendUint64(frame, 0)
		frame = binary.BigEndian.AppendUint32(frame, uint32(len(payload)))
		channel.Write(append(frame, payload...))
	}
	record, err := os.ReadFile("../judge/record")
	say('S', "one")
	say('L', fmt.Sprint(how, " ", string(record), err != nil))
	say('E', "p\x00\x00\x00\x00\x00\x00\x00\x01")
	say('Z', "\x00")
}
`

func TestRecord(t *testing.T) {
	kept := &Judge{Toolchain: judge.Toolchain, context: judge.context}
	build := func(text string) string {
		job := &task{Judge: judge, Message: &wire.Message{Limits: limits, Module: "pair"}, ctx: context.Background(),
			control: NewControl(), tell: func(wire.Event) {}, facts: &wire.Facts{}, uid: box.NextRunUID(), testsUID: box.NextRunUID()}
		program, ok, err := job.build(&builder.Plan{Pack: files("main.go", text)}, 0)
		if err != nil || !ok {
			t.Fatal(err, tell(job.facts))
		}
		return program
	}
	defer clean(box.BuildUID)
	kept.Interpreter = &Interpreter{Program: build(recordingTests), Tests: []string{"tests"}, Solution: []string{"solution"}}
	run := func(reference wire.Files, tests string) *wire.Facts {
		job := &task{Judge: kept, Message: &wire.Message{Limits: limits, Reference: reference, Named: []string{"x.py"}, Tests: files("test_x.py", tests)},
			ctx: context.Background(), control: NewControl(), tell: func(wire.Event) {}, facts: &wire.Facts{Build: &wire.Build{OK: true}},
			uid: box.NextRunUID(), testsUID: box.NextRunUID()}
		if err := job.scriptTests(files("x.py", "submitted")); err != nil {
			t.Fatal(err)
		}
		if err := clean(job.uid, job.testsUID); err != nil {
			t.Error(err)
		}
		return job.facts
	}
	said := func(facts *wire.Facts) string {
		if len(facts.Tests) != 1 {
			t.Fatalf("no test: %s", tell(facts))
		}
		return facts.Tests[0].Message
	}
	first, again, other := said(run(files("x.py", "right"), "a")), said(run(files("x.py", "right"), "a")), said(run(files("x.py", "right"), "b"))
	if !strings.Contains(first, `"mode":"replay"`) || !strings.Contains(first, `"named":["x.py"]`) || !strings.Contains(first, "right") {
		t.Errorf("got %q", first)
	}
	if first != again || first == other {
		t.Errorf("records %q, %q, and of other tests %q", first, again, other)
	}
	if strict := said(run(nil, "a")); !strings.Contains(strict, `"mode":"strict"`) || !strings.HasSuffix(strict, " true") {
		t.Errorf("without a reference: %q", strict)
	}
	if broken := run(files("x.py", "broken"), "a"); broken.Build.OK || broken.Build.Culprit != "tests" || len(broken.Runs) != 0 {
		t.Errorf("a reference that breaks the tests: %s", tell(broken))
	}
}
