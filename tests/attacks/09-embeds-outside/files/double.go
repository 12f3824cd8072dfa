package double

import _ "embed"

//go:embed ../../etc/passwd
var a string

//go:embed /build/secret_test.go
var b string

//go:embed all:.
var c string

func Double(n int) int {
	println(a, b, c)
	return 0
}
