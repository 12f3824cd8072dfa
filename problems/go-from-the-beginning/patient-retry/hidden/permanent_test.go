package retry

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestPermanent(t *testing.T) {
	calls := 0
	err := Retry(t.Context(), 10, time.Minute, func(context.Context) error {
		calls++
		return fmt.Errorf("no such account: %w", ErrPermanent)
	})
	if !errors.Is(err, ErrPermanent) || calls != 1 {
		t.Errorf("a permanent error: Retry = %v after %d calls, want it at once", err, calls)
	}
}

func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	calls := 0
	err := Retry(ctx, 3, time.Millisecond, func(context.Context) error { calls++; return nil })
	if calls != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that is done Retry = %v after %d calls, want context.Canceled and none", err, calls)
	}
}
