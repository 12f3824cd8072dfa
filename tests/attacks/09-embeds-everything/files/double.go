package double

import "embed"

//go:embed *
var files embed.FS

func Double(n int) int {
	b, _ := files.ReadFile("secret_test.go")
	println(string(b))
	return 0
}
