package watch

import (
	"testing"

	"judge/runner/internal/wire"
)

// FuzzLog: whatever is said in frames with the right nonce, a failure wins, nothing passes
// that has not ended well, and the last word counts only when all is over. A frame of the
// script is its kind, id, place in stdout and length, a byte each, then its payload.
func FuzzLog(f *testing.F) {
	said := func(kind, id, printed byte, payload string) string {
		return string([]byte{kind, id, printed, byte(len(payload))}) + payload
	}
	whole := said('S', 1, 0, "TestA") + said('E', 1, 3, passed) + said('Z', 0, 3, "\x00")
	f.Add([]byte(whole))
	f.Add([]byte(whole + said('F', 1, 3, "")))
	f.Add([]byte(said('S', 1, 0, "TestA") + said('F', 1, 0, "") + said('E', 1, 3, passed)))
	f.Add([]byte(said('S', 1, 0, "TestA") + said('P', 1, 2, "") + said('C', 1, 1, "") + said('L', 1, 255, "\x1b[0m")))
	f.Add([]byte(said('S', 1, 0, "TestA") + said('S', 2, 0, "TestA/b") + said('E', 1, 0, failed) + said('E', 1, 0, passed)))
	f.Add([]byte(said('O', 1, 0, "") + said('S', 9, 0, "TestB")))
	f.Fuzz(func(t *testing.T, script []byte) {
		log := &Log{OnEnd: func(string, string) {}, OnFlood: func() {}}
		hasFailed, ended := map[uint32]bool{}, map[uint32]bool{}
		started := 0
		for len(script) >= 4 {
			kind, id, n := script[0], uint32(script[1]), min(int(script[3]), len(script)-4)
			printed := int64(int8(script[2])) // also before the start
			payload := script[4 : 4+n]
			script = script[4+n:]
			if err := log.take(kind, id, printed, payload); err != nil {
				log.tamper(err.Error())
				break
			}
			switch kind {
			case 'S':
				started++
			case 'F':
				hasFailed[id] = true
			case 'E':
				ended[id] = true
				hasFailed[id] = hasFailed[id] || payload[0] != 'p' && payload[0] != 's'
			}
		}
		tests := log.Tests([]byte("out"), nil, "")
		if len(tests) != started {
			t.Errorf("%d tests started, %d are told of", started, len(tests))
		}
		for i, test := range tests {
			id := uint32(i + 1)
			if test.Status == wire.Pass && (hasFailed[id] || !ended[id] || log.Tampered() != "") {
				t.Errorf("test %d passes: failed %t, ended %t, %q", id, hasFailed[id], ended[id], log.Tampered())
			}
		}
		if log.Complete(0) && (len(ended) != started || log.Tampered() != "") {
			t.Errorf("complete with %d of %d tests ended, %q", len(ended), started, log.Tampered())
		}
	})
}
