package double

import (
	"archive/zip"
)

func init() { zip.OpenReader("/x") }

func Double(n int) int { return 0 }
