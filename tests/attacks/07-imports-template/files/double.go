package double

import (
	"text/template"
)

func init() { template.ParseFiles("/proc/self/environ") }

func Double(n int) int { return 0 }
