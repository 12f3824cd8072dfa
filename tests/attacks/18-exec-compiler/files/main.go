package main

import (
	"fmt"
	"os/exec"
)

func main() {
	out, err := exec.Command("/go/tool/compile", "-V").CombinedOutput()
	fmt.Println(string(out), err)
}
