package main

import (
	"fmt"
	"os/exec"
)

func main() {
	out, err := exec.Command("/bin/sh", "-c", "id").CombinedOutput()
	fmt.Println(string(out), err)
}
