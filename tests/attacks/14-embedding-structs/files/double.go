package double

type T0 struct{ a [1 << 20]int }
type T1 struct{ a, b, c, d T0 }
type T2 struct{ a, b, c, d T1 }
type T3 struct{ a, b, c, d T2 }
type T4 struct{ a, b, c, d T3 }
type T5 struct{ a, b, c, d T4 }
type T6 struct{ a, b, c, d T5 }
type T7 struct{ a, b, c, d T6 }
var all T7

func Double(n int) int { return all.a.a.a.a.a.a.a.a[n&7] }
