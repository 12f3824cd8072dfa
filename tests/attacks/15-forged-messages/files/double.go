package double

func Double(n int) int {
//line /etc/shadow:1:1
	undefined()
/*line secret_test.go:7:1*/ other()
	return 0
}
