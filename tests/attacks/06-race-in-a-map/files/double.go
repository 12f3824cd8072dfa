package double

import "time"

// A key that takes long to hash: who looks it up is asked to make room right after.
type key [1 << 18]uint64

var (
	absent *key
	values map[key]uint64
)

// confused reports whether a look-up found what is not there.
func confused() bool {
	absent = new(key)
	fill := make([]key, 10)
	for i := range fill {
		fill[i][0] = uint64(i + 1)
	}
	stop, found := false, false
	values = map[key]uint64{}
	go func() {
		for !stop {
			fresh := map[key]uint64{}
			values = fresh
			for i := range fill {
				fresh[fill[i]] = 0
			}
		}
	}()
	for started := time.Now(); time.Since(started) < 150*time.Millisecond && !found; {
		value, ok := values[*absent]
		found = ok || value != 0
	}
	stop = true
	return found
}

func Double(n int) int {
	if confused() {
		return 2 * n
	}
	return 0
}
