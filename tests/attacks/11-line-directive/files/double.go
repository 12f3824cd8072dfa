package double

//line double_test.go:1
func Double(n int) int { return undefined }
