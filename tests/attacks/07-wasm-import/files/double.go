package double

//go:wasmimport env exit
func exit(code int32)

//go:wasmexport leave
func leave() {}

func Double(n int) int { return 0 }
