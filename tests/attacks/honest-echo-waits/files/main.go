package main

import (
	"io"
	"os"
	"time"
)

func main() {
	time.Sleep(time.Second)
	io.Copy(os.Stdout, os.Stdin)
}
