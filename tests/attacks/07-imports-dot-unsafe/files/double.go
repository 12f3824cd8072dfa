package double

import (
	. "unsafe"
)

var _ = Sizeof(0)

func Double(n int) int { return 0 }
