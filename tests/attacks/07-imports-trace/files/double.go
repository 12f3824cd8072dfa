package double

import (
	"runtime/trace"
)

func init() { trace.Start(nil) }

func Double(n int) int { return 0 }
