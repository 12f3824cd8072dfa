package main

import (
	"fmt"
	"syscall"
	"time"
)

// Milliseconds of CPU time to use.
var Variant = 0

func used() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func main() {
	for start := used(); used()-start < time.Duration(Variant)*time.Millisecond; {
	}
	fmt.Println("done")
}
