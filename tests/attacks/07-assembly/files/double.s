TEXT ·Exit(SB), 4, $0
	RET
