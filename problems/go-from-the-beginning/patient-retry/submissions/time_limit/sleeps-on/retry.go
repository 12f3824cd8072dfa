package retry

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var ErrPermanent = errors.New("permanent")

func Retry(ctx context.Context, tries int, pause time.Duration, call func(context.Context) error) error {
	for try := 1; ; try++ {
		err := call(ctx)
		if err == nil {
			return nil
		}
		if try == tries {
			return fmt.Errorf("after %d tries: %w", tries, err)
		}
		time.Sleep(pause)
		pause *= 2
	}
}
