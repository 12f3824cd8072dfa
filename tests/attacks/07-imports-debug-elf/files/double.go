package double

import (
	"debug/elf"
)

func init() { elf.Open("/proc/self/exe") }

func Double(n int) int { return 0 }
