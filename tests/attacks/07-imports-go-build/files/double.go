package double

import (
	"go/build"
)

func init() { build.ImportDir("/", 0) }

func Double(n int) int { return 0 }
