package double

import (
	"expvar"
)

func init() { expvar.NewInt("x") }

func Double(n int) int { return 0 }
