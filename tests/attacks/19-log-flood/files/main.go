package main

import (
	"os"
)

func main() {
	b := make([]byte, 1<<20)
	for range 64 {
		os.Stdout.Write(b)
	}
}
