module double

go 1.27

toolchain go1.99.0

godebug panicnil=1

replace testing => ../x
