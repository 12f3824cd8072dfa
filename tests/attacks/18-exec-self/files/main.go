package main

import (
	"fmt"
	"os"
)

func main() {
	p, err := os.StartProcess("/proc/self/exe", []string{"x"}, &os.ProcAttr{})
	fmt.Println(p, err)
}
