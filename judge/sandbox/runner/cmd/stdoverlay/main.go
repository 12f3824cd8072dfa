// Stdoverlay writes the overlay with which the standard library is built for the
// judge's root file system; see LAYOUT.md.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"judge/runner/harness"
)

func main() {
	goroot := flag.String("goroot", "", "the toolchain whose sources are patched")
	out := flag.String("out", "", "the folder that the overlay is written into")
	flag.Parse()
	if *goroot == "" || *out == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	dir, err := filepath.Abs(*out)
	if err == nil {
		err = harness.WriteOverlay(*goroot, dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "stdoverlay:", err)
		os.Exit(1)
	}
}
