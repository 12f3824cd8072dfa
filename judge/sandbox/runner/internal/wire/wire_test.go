package wire

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

func frame(payload string) []byte {
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(payload))), payload...)
}

func TestFramesComeOutWhole(t *testing.T) {
	stream := append(frame(`{"type":"job"}`), frame("")...)
	r := NewReader(iotest.OneByteReader(bytes.NewReader(stream)))
	for _, want := range []string{`{"type":"job"}`, ""} {
		got, err := r.Next()
		if err != nil || string(got) != want {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	if _, err := r.Next(); err != io.EOF {
		t.Errorf("got %v at the end, want io.EOF", err)
	}
}

func TestAFrameThatIsTooLongIsRefusedUnread(t *testing.T) {
	_, err := NewReader(strings.NewReader("\xff\xff\xff\xff")).Next()
	if err == nil || !strings.Contains(err.Error(), "4294967295 bytes, over the") {
		t.Errorf("got %v", err)
	}
}

func TestAFrameCutShortIsAnError(t *testing.T) {
	_, err := NewReader(bytes.NewReader(frame("hello")[:7])).Next()
	if err == nil || err == io.EOF {
		t.Errorf("got %v, want an error that is not a clean end", err)
	}
}

func TestUnknownFieldsAndTrailersAreErrors(t *testing.T) {
	for _, bad := range []string{`{"type":"job","frobnicate":1}`, `{"type":"job"} {}`, `[]`, ``} {
		if m, err := Decode([]byte(bad)); err == nil {
			t.Errorf("%s was taken as %+v", bad, m)
		}
	}
}

func TestSentFramesCanBeRead(t *testing.T) {
	var stream bytes.Buffer
	w := NewWriter(&stream)
	if err := w.Send(Hello{"hello", Protocol, "go<1>"}); err != nil {
		t.Fatal(err)
	}
	got, err := NewReader(&stream).Next()
	if err != nil || !strings.Contains(string(got), `"toolchain":"go<1>"`) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestTextIsFitToBeShown(t *testing.T) {
	for _, c := range []struct {
		in   string
		max  int
		want string
	}{
		{"plain\n\ttext — ü\r\n", 99, "plain\n\ttext — ü\n"},
		{"\x1b[31mred\x00", 99, `\x1b[31mred\x00`},
		{"a\xffb", 99, `a\xffb`},
		{"\u202egnp", 99, `\u202egnp`},
		{"12345678901", 10, "1234567890… (cut off)"},
		{"123456789ü", 10, "123456789… (cut off)"},
	} {
		if got := Text([]byte(c.in), c.max); got != c.want {
			t.Errorf("Text(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(frame(`{"type":"job","id":1,"kind":"unit","solution":{"a.go":"cGFja2FnZSBh"}}`))
	f.Add([]byte("\x00\x00\x00\x02{}"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		r := NewReader(bytes.NewReader(stream))
		for {
			payload, err := r.Next()
			if err != nil {
				return
			}
			Decode(payload)
		}
	})
}

func FuzzText(f *testing.F) {
	f.Add([]byte("a\xff\u202e\x1b"), 3)
	f.Fuzz(func(t *testing.T, b []byte, max int) {
		if max < 0 {
			return
		}
		if s := Text(b, max); !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\x1b\u202e") {
			t.Errorf("Text(%q) = %q", b, s)
		}
	})
}
