// Package wire is the runner's side of judge/sandbox/protocol.py: frames of a
// four-byte big-endian length and one JSON object, and the messages in them.
package wire

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"sync"
)

// Protocol is the version that Hello announces.
const Protocol = 1

const (
	// MaxInput is the longest frame that the runner takes.
	MaxInput = 64 << 20
	// MaxOutput is the longest frame that the runner sends.
	MaxOutput = 64 << 20
	// firstRead bounds what is set aside before any byte of a frame has come.
	firstRead = 64 << 10
)

// A Reader takes frames off a stream.
type Reader struct{ r io.Reader }

// NewReader returns a Reader of r.
func NewReader(r io.Reader) *Reader { return &Reader{r} }

// Next returns the next frame's payload; io.EOF where the stream ends between
// frames. A frame over MaxInput is an error before it is read.
func (r *Reader) Next() ([]byte, error) {
	var header [4]byte
	if _, err := io.ReadFull(r.r, header[:]); err != nil {
		return nil, err
	}
	n := int64(binary.BigEndian.Uint32(header[:]))
	if n > MaxInput {
		return nil, fmt.Errorf("a frame of %d bytes, over the %d allowed", n, MaxInput)
	}
	var payload bytes.Buffer
	payload.Grow(int(min(n, firstRead)))
	if got, err := io.CopyN(&payload, r.r, n); err != nil {
		return nil, fmt.Errorf("the stream ended %d bytes into a frame of %d: %w", got, n, err)
	}
	return payload.Bytes(), nil
}

// A Writer puts frames on a stream. It may be used by several goroutines.
type Writer struct {
	mu sync.Mutex
	w  io.Writer
}

// NewWriter returns a Writer to w.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Send writes message as one frame, with one write.
func (w *Writer) Send(message any) error {
	var frame bytes.Buffer
	frame.Write(make([]byte, 4))
	encoder := json.NewEncoder(&frame)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(message); err != nil {
		return err
	}
	n := frame.Len() - 4
	if n > MaxOutput {
		return fmt.Errorf("a message of %d bytes, over the %d allowed", n, MaxOutput)
	}
	binary.BigEndian.PutUint32(frame.Bytes(), uint32(n))
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err := w.w.Write(frame.Bytes())
	return err
}
