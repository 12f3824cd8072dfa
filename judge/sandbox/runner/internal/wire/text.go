package wire

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text makes what a program printed fit to be shown: at most max bytes of it,
// invalid UTF-8, control characters and those that change the direction of text
// written as Go escapes.
func Text(b []byte, max int) string {
	cut := len(b) > max
	if cut {
		b = b[:max]
	}
	var s strings.Builder
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			if cut && !utf8.FullRune(b) { // the cut went through a character
				b = b[:0]
				continue
			}
			fmt.Fprintf(&s, `\x%02x`, b[0])
		case r == '\n' || r == '\t':
			s.WriteRune(r)
		case r == '\r' && len(b) > 1 && b[1] == '\n': // a line end of Windows
		case unicode.IsControl(r):
			fmt.Fprintf(&s, `\x%02x`, r)
		case unicode.Is(unicode.Bidi_Control, r):
			fmt.Fprintf(&s, `\u%04x`, r)
		default:
			s.WriteRune(r)
		}
		b = b[n:]
	}
	if cut {
		s.WriteString("… (cut off)")
	}
	return s.String()
}
