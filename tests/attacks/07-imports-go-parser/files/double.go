package double

import (
	"go/parser"
)

func init() { parser.ParseFile(nil, "double_test.go", nil, 0) }

func Double(n int) int { return 0 }
