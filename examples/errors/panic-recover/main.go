// Panic leaves, recover catches
//
// A panic runs all deferred calls on its way out, and recover in one of them stops it.
// Notice that the function returns normally after that: here with an error.
package main

import (
	"errors"
	"fmt"
	"runtime"
)

// safely calls f and makes an error of a panic.
func safely(f func()) (err error) {
	defer func() {
		switch cause := recover().(type) {
		case nil:
		case runtime.Error: // index out of range, nil map and the like
			err = fmt.Errorf("the program has a bug: %w", cause)
		case error:
			err = cause
		default:
			err = fmt.Errorf("panic: %v", cause)
		}
	}()
	f()
	return nil
}

func main() {
	empty := []int{}
	var missing map[string]int
	cases := []struct {
		name string
		f    func()
	}{
		{"nothing", func() {}},
		{"a word", func() { panic("no more tea") }},
		{"an error", func() { panic(errors.New("the kettle is broken")) }},
		{"an index", func() { empty[len(empty)] = 1 }},
		{"a nil map", func() { missing["tea"] = 1 }},
		{"cleaning up", func() {
			defer fmt.Println("  the deferred call still runs")
			panic("out of water")
		}},
	}
	for _, c := range cases {
		fmt.Println(c.name)
		fmt.Println("  error:", safely(c.f))
	}
}
