//go:build linux && !windows

package double

func shifted(n int) int { return n << 1 }
