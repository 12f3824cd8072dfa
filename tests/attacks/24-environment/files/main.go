package main

import (
	"fmt"
	"os"
)

func main() {
	for _, pair := range os.Environ() {
		fmt.Println(pair)
	}
	for _, name := range []string{"/proc/1/environ", "/proc/1/cmdline", "/proc/self/mountinfo", "/etc/shadow", "/etc/hostname", "/proc/1/maps"} {
		text, err := os.ReadFile(name)
		fmt.Println(name, len(text), err, string(text[:min(len(text), 300)]))
	}
}
