package box

import "testing"

// TestPeakOfWhatWasHardlySeen: a look at a process in the middle of its exec finds its stack
// alone, and on a busy machine it may be the only look.
func TestPeakOfWhatWasHardlySeen(t *testing.T) {
	const mb = 1 << 20
	for _, test := range []struct {
		name                       string
		polled, kernel, limit, got int64
	}{
		{"before the first look", 0, 5 * mb, 64 * mb, 5 * mb},
		{"in the middle of its exec", 12 << 10, 5 * mb, 64 * mb, 5 * mb},
		{"an upper bound is no excess", 12 << 10, 8 * mb, 6 * mb, 6 * mb},
		{"seen", 3 * mb, 5 * mb, 64 * mb, 3 * mb},
		{"more than all that came before it", 3 * mb, 900 * mb, 64 * mb, 900 * mb},
	} {
		r := &reaper{}
		r.usage.Maxrss = test.kernel >> 10
		w := &watcher{child: &child{reaper: r}, meter: &meter{peak: test.polled}, limits: Limits{MemoryBytes: test.limit}}
		if got := w.peakMemory(); got != test.got {
			t.Errorf("%s: %d, not %d", test.name, got, test.got)
		}
	}
}
