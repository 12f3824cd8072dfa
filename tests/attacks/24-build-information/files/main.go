package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
)

func main() {
	information, _ := debug.ReadBuildInfo()
	_, file, line, _ := runtime.Caller(0)
	home, _ := os.UserHomeDir()
	executable, _ := os.Executable()
	fmt.Println(information, file, line, runtime.GOROOT(), home, executable)
}
