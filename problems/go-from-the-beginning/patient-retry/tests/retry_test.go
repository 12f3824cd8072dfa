package retry

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

var errBusy = errors.New("the server is busy")

func failing(times int, calls *int) func(context.Context) error {
	return func(context.Context) error {
		*calls++
		if *calls <= times {
			return errBusy
		}
		return nil
	}
}

func TestSucceeds(t *testing.T) {
	for _, failures := range []int{0, 1, 3} {
		calls := 0
		if err := Retry(t.Context(), 5, time.Microsecond, failing(failures, &calls)); err != nil || calls != failures+1 {
			t.Errorf("%d failures, then success: Retry = %v after %d calls, want nil after %d", failures, err, calls, failures+1)
		}
	}
}

func TestGivesUp(t *testing.T) {
	calls := 0
	err := Retry(t.Context(), 3, time.Microsecond, failing(99, &calls))
	if calls != 3 {
		t.Errorf("Retry with 3 tries called %d times", calls)
	}
	if !errors.Is(err, errBusy) {
		t.Errorf("Retry = %v, want the last error wrapped in it", err)
	}
	if err != nil && !strings.Contains(err.Error(), "3") {
		t.Errorf("the error reads %q, want it to say that there were 3 tries", err)
	}
}

func TestWaits(t *testing.T) {
	calls := 0
	started := time.Now()
	Retry(t.Context(), 4, 10*time.Millisecond, failing(99, &calls))
	took := time.Since(started)
	if took < 70*time.Millisecond {
		t.Errorf("pauses of 10, 20 and 40 ms took only %v", took)
	}
	if took > 2*time.Second {
		t.Errorf("pauses of 10, 20 and 40 ms took %v", took)
	}
}

func TestCancelledWhileWaiting(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	calls := 0
	started := time.Now()
	err := Retry(ctx, 5, time.Hour, failing(99, &calls))
	if took := time.Since(started); took > 2*time.Second {
		t.Errorf("the context was done after 20 ms, and Retry returned after %v", took)
	}
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, errBusy) {
		t.Errorf("Retry = %v, want both the context's error and the last failure in it", err)
	}
	if calls != 1 {
		t.Errorf("call was called %d times, want once", calls)
	}
}
