package watch

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// say writes a frame as the harness does.
func say(t *testing.T, c *Channel, nonce [nonceSize]byte, kind byte, id uint32, printed int64, payload string) {
	t.Helper()
	frame := append([]byte{}, nonce[:]...)
	frame = append(frame, kind)
	frame = binary.BigEndian.AppendUint32(frame, id)
	frame = binary.BigEndian.AppendUint64(frame, uint64(printed))
	frame = binary.BigEndian.AppendUint32(frame, uint32(len(payload)))
	if _, err := syscall.Write(int(c.theirs.Fd()), append(frame, payload...)); err != nil {
		t.Fatal(err)
	}
}

const passed, failed = "p\x00\x00\x00\x00\x00\x00\x00\x01", "f\x00\x00\x00\x00\x00\x00\x00\x01"

// listen opens a channel, has talk say something and returns what was heard.
func listen(t *testing.T, talk func(c *Channel, nonce [nonceSize]byte)) *Log {
	t.Helper()
	c, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var nonce [nonceSize]byte
	if n, err := syscall.Read(int(c.theirs.Fd()), nonce[:]); n != nonceSize || err != nil {
		t.Fatal(n, err)
	}
	log := &Log{OnEnd: func(string, string) {}, OnFlood: func() {}}
	done := make(chan bool)
	go func() { log.Listen(c); close(done) }()
	talk(c, nonce)
	c.Ended()
	<-done
	return log
}

func TestALastWordIsNeeded(t *testing.T) {
	for name, c := range map[string]struct {
		talk     func(c *Channel, n [nonceSize]byte)
		complete bool
	}{
		"all said": {func(c *Channel, n [nonceSize]byte) {
			say(t, c, n, 'S', 1, 0, "TestA")
			say(t, c, n, 'E', 1, 0, passed)
			say(t, c, n, 'Z', 1, 0, "\x00")
		}, true},
		"no last word": {func(c *Channel, n [nonceSize]byte) {
			say(t, c, n, 'S', 1, 0, "TestA")
			say(t, c, n, 'E', 1, 0, passed)
		}, false},
		"a test is open": {func(c *Channel, n [nonceSize]byte) {
			say(t, c, n, 'S', 1, 0, "TestA")
			say(t, c, n, 'Z', 1, 0, "\x00")
		}, false},
		"another exit code": {func(c *Channel, n [nonceSize]byte) {
			say(t, c, n, 'Z', 0, 0, "\x01")
		}, false},
		"a test after it": {func(c *Channel, n [nonceSize]byte) {
			say(t, c, n, 'Z', 0, 0, "\x00")
			say(t, c, n, 'S', 1, 0, "TestA")
			say(t, c, n, 'E', 1, 0, passed)
		}, false},
		"another nonce": {func(c *Channel, n [nonceSize]byte) {
			say(t, c, n, 'S', 1, 0, "TestA")
			say(t, c, [nonceSize]byte{}, 'E', 1, 0, passed)
			say(t, c, n, 'Z', 1, 0, "\x00")
		}, false},
		"rubbish after it": {func(c *Channel, n [nonceSize]byte) {
			say(t, c, n, 'Z', 0, 0, "\x00")
			syscall.Write(int(c.theirs.Fd()), []byte("x"))
		}, false},
	} {
		if got := listen(t, c.talk).Complete(0); got != c.complete {
			t.Errorf("%s: complete is %t", name, got)
		}
	}
}

func TestAnyFailureWins(t *testing.T) {
	log := listen(t, func(c *Channel, n [nonceSize]byte) {
		say(t, c, n, 'S', 1, 0, "TestA")
		say(t, c, n, 'F', 1, 0, "")
		say(t, c, n, 'E', 1, 0, passed)
		say(t, c, n, 'S', 2, 0, "TestB")
		say(t, c, n, 'E', 2, 0, passed)
		say(t, c, n, 'F', 2, 0, "")
		say(t, c, n, 'S', 3, 0, "TestC")
		say(t, c, n, 'F', 3, 0, "")
	})
	for _, test := range log.Tests(nil, nil, "") {
		if test.Status != "fail" {
			t.Errorf("%s: %s", test.Name, test.Status)
		}
	}
}

func TestWhatIsPrintedGoesToTheTestThatRuns(t *testing.T) {
	log := listen(t, func(c *Channel, n [nonceSize]byte) {
		say(t, c, n, 'S', 1, 2, "TestA")
		say(t, c, n, 'S', 2, 4, "TestA/x")
		say(t, c, n, 'P', 2, 5, "")
		say(t, c, n, 'C', 2, 6, "")
		say(t, c, n, 'E', 2, 8, passed)
		say(t, c, n, 'E', 1, 9, failed)
	})
	got := ""
	for _, test := range log.Tests([]byte("00aaxaxxa--"), nil, "") {
		got += test.Name + "=" + test.Output + " "
	}
	if got != "TestA=aaaa TestA/x=xxx " {
		t.Errorf("got %s", got)
	}
}

func TestATestKnowsHowManyHadStartedWhenItWasOver(t *testing.T) {
	log := listen(t, func(c *Channel, n [nonceSize]byte) {
		say(t, c, n, 'S', 1, 0, "TestA")
		say(t, c, n, 'P', 1, 0, "")
		say(t, c, n, 'S', 2, 0, "TestB")
		say(t, c, n, 'E', 2, 0, passed)
		say(t, c, n, 'S', 3, 0, "TestC")
		say(t, c, n, 'P', 3, 0, "")
		say(t, c, n, 'C', 1, 0, "")
		say(t, c, n, 'E', 1, 0, passed)
		say(t, c, n, 'C', 3, 0, "")
	})
	var got []int
	for _, test := range log.Tests(nil, nil, "") {
		got = append(got, test.Started)
	}
	if !slices.Equal(got, []int{3, 2, 3}) {
		t.Errorf("got %v", got)
	}
}

func TestWhatIsPrintedToStderrGoesToTheTestThatRuns(t *testing.T) {
	log := listen(t, func(c *Channel, n [nonceSize]byte) {
		say(t, c, n, 'S', 1, 2<<32|1, "TestA")
		say(t, c, n, 'E', 1, 5<<32|3, passed)
		say(t, c, n, 'S', 2, 6<<32|3, "TestB")
		say(t, c, n, 'E', 2, 7<<32|4, passed)
	})
	got := ""
	for _, test := range log.Tests([]byte("-aab"), []byte("--aaa-b"), "") {
		got += test.Name + "=" + test.Output + "," + test.Stderr + " "
	}
	if got != "TestA=aa,aaa TestB=b,b " {
		t.Errorf("got %s", got)
	}
}

func TestTopLevelTestsOfGoRunInTurns(t *testing.T) {
	for name, c := range map[string]struct {
		frames string // kind and id
		taken  bool
	}{
		"one after the other":         {"S1 E1 S2 E2", true},
		"a subtest":                   {"S1 s2 E2 E1 S3", true},
		"beside one that waits":       {"S1 P1 S2 E2 C1 E1", true},
		"inside of another":           {"S1 S2", false},
		"beside one that has gone on": {"S1 P1 C1 S2", false},
		"before its subtests":         {"S1 s2 E1", false},
	} {
		t.Run(name, func(t *testing.T) {
			log := &Log{InTurns: true, OnEnd: func(string, string) {}, OnFlood: func() {}}
			var err error
			for _, frame := range strings.Fields(c.frames) {
				id := uint32(frame[1] - '0')
				payload := map[byte]string{'S': "Test" + frame[1:], 's': "Test1/x", 'E': passed}[frame[0]]
				err = errors.Join(err, log.take(frame[0]&^0x20, id, 0, []byte(payload)))
			}
			if (err == nil) != c.taken {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAFloodIsStopped(t *testing.T) {
	flooded := false
	log := &Log{OnEnd: func(string, string) {}, OnFlood: func() { flooded = true }}
	log.take('S', 1, 0, []byte("TestA"))
	line := []byte(strings.Repeat("x", maxPayload))
	for range maxText/maxPayload + 1 {
		log.take('L', 1, 0, line)
	}
	if !flooded {
		t.Error("nobody was told")
	}
	if got := len(log.Tests(nil, nil, "")[0].Message); got > maxMessage+100 {
		t.Errorf("%d bytes are kept of one test", got)
	}
}

func FuzzTake(f *testing.F) {
	f.Add([]byte("S\x01\x00\x05TestA"), []byte("E\x01\x00\x09"+passed))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		log := &Log{OnEnd: func(string, string) {}, OnFlood: func() {}}
		log.take('S', 1, 0, []byte("TestA"))
		for _, b := range [][]byte{first, second, first} {
			if len(b) > 3 {
				log.take(b[0], uint32(b[1]), int64(int8(b[2])), b[3:])
			}
		}
		for _, test := range log.Tests([]byte("some text"), nil, "") {
			if test.Status == "" {
				t.Error("a test without a status")
			}
		}
	})
}
