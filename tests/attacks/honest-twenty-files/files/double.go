package double

func Double(n int) int { return n * (one1 + one2 + one3 + one4 + one5 + one6 + one7 + one8 + one9 + one10 + one11 + one12 + one13 + one14 + one15 + one16 + one17 + one18 + one19 - 17) }
