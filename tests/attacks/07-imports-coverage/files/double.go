package double

import (
	"runtime/coverage"
)

func init() { coverage.WriteMetaDir("/") }

func Double(n int) int { return 0 }
