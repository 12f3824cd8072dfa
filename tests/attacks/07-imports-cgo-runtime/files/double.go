package double

import (
	"runtime/cgo"
)

func init() { cgo.NewHandle(0) }

func Double(n int) int { return 0 }
