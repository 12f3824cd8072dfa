package main

import (
	"io"
	"os"
)

func main() {
	text, _ := io.ReadAll(os.Stdin)
	for i := range text {
		os.Stdout.Write(text[i : i+1])
	}
}
