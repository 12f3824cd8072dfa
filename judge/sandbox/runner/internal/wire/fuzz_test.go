package wire

import (
	"bytes"
	"io"
	"testing"
)

// FuzzReader: frames are exactly the bytes that came, and only an end between frames is clean.
func FuzzReader(f *testing.F) {
	f.Add([]byte{})
	f.Add(append(frame(`{"type":"job","id":1,"kind":"unit"}`), frame("")...))
	f.Add(frame(`{"type":"stdin","id":1,"data":"!"}`))
	f.Add(frame("hello")[:7])
	f.Add([]byte("\x04\x00\x00\x00x"))
	f.Add([]byte("\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, stream []byte) {
		r := NewReader(bytes.NewReader(stream))
		var taken []byte
		for {
			payload, err := r.Next()
			if err != nil {
				if clean := len(taken) == len(stream); clean != (err == io.EOF) {
					t.Errorf("%d of %d bytes taken, then %v", len(taken), len(stream), err)
				}
				break
			}
			taken = append(taken, frame(string(payload))...)
			if m, err := Decode(payload); (m == nil) == (err == nil) {
				t.Errorf("%q is %+v and %v", payload, m, err)
			}
		}
		if !bytes.HasPrefix(stream, taken) {
			t.Errorf("%q was read as %q", stream, taken)
		}
	})
}
