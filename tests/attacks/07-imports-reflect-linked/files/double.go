package double

import (
	"internal/reflectlite"
)

func init() { reflectlite.TypeOf(0) }

func Double(n int) int { return 0 }
