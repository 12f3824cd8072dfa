// Wrapping errors adds where it happened
//
// The verb %w puts an error into another one with a few words about the place. Notice how
// the message grows outward, and that Join holds several errors at once.
package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

func parsePort(text string) (int, error) {
	port, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("port: %w", err)
	}
	if port < 1 || port > 65535 {
		return 0, fmt.Errorf("port: %d is out of range", port)
	}
	return port, nil
}

func parseAddress(text string) (host string, port int, err error) {
	host, digits, found := strings.Cut(text, ":")
	if !found {
		return "", 0, fmt.Errorf("address %q: no colon", text)
	}
	port, err = parsePort(digits)
	if err != nil {
		return "", 0, fmt.Errorf("address %q: %w", text, err)
	}
	return host, port, nil
}

func main() {
	var failures []error
	for _, text := range []string{"example:80", "example", "example:http", "example:70000"} {
		host, port, err := parseAddress(text)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		fmt.Println("host", host, "port", port)
	}

	all := errors.Join(failures...)
	fmt.Println(all)
	fmt.Println("a syntax error is among them:", errors.Is(all, strconv.ErrSyntax))
	fmt.Println("a range error is among them:", errors.Is(all, strconv.ErrRange))

	fmt.Println("from the outside in:")
	for err := failures[1]; err != nil; err = errors.Unwrap(err) {
		fmt.Printf("  %T: %v\n", err, err)
	}
}
