package double

import (
	u "unsafe"
)

var _ = u.Sizeof(0)

func Double(n int) int { return 0 }
