package double

//go:cgo_ldflag "-fplugin=/work/x.so"
//go:cgo_import_dynamic _ _ "libc.so.6"

func Double(n int) int { return 0 }
