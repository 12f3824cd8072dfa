package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

func main() {
	fmt.Fprintln(os.Stderr, strings.Repeat("reading\n", 2000))
	io.Copy(os.Stdout, os.Stdin)
}
