package retry

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var ErrPermanent = errors.New("permanent")

func Retry(ctx context.Context, tries int, pause time.Duration, call func(context.Context) error) error {
	var err error
	for range tries {
		if err = call(ctx); err == nil {
			return nil
		}
		if errors.Is(err, ErrPermanent) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
	return fmt.Errorf("after %d tries: %v", tries, err)
}
