package double

import (
	"plugin"
)

func init() { plugin.Open("x") }

func Double(n int) int { return 0 }
