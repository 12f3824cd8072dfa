package main

import (
	"os"
)

func main() {
	b := make([]byte, 1<<20)
	file, _ := os.Create("big")
	for range 4096 {
		if _, err := file.Write(b); err != nil {
			panic(err)
		}
	}
}
