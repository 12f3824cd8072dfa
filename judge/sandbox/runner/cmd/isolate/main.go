// Isolate makes the halves of isolated tests: `isolate IN OUT`, both JSON. It runs boxed,
// as the compilers do, since what it reads is as little ours as what they read.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"judge/runner/internal/isolate"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	var in isolate.Input
	if err := json.Unmarshal(text, &in); err != nil {
		return err
	}
	out, err := isolate.Generate(in)
	if err != nil {
		return err
	}
	text, err = json.Marshal(out)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}
