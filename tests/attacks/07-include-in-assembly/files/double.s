#include "/etc/passwd"
#include "/build/secret_test.go"
TEXT ·Double(SB), 4, $0
	RET
