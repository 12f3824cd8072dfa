package double

import (
	"internal/runtime/atomic"
)

func init() { atomic.Load(nil) }

func Double(n int) int { return 0 }
