package double

import (
	"go/ast"
	"io"
)

func change[T interface{ SetInt(int64) }](_ string, value T) bool {
	value.SetInt(7)
	return true
}

func Double(n int) int {
	ast.Fprint(io.Discard, nil, &n, change)
	return 0
}
