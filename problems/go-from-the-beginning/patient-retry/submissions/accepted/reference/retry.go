// Package retry tries again.
package retry

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrPermanent is in the chain of errors that another try cannot mend.
var ErrPermanent = errors.New("permanent")

// Retry calls call until it succeeds, at most tries times.
func Retry(ctx context.Context, tries int, pause time.Duration, call func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	for try := 1; ; try++ {
		err := call(ctx)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, ErrPermanent):
			return err
		case try == tries:
			return fmt.Errorf("after %d tries: %w", tries, err)
		}
		if done := wait(ctx, pause); done != nil {
			return fmt.Errorf("%w while waiting to try again: %w", done, err)
		}
		pause *= 2
	}
}

func wait(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
