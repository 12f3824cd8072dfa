package retry

import (
	"context"
	"errors"
	"time"
)

var ErrPermanent = errors.New("permanent")

func Retry(ctx context.Context, tries int, pause time.Duration, call func(context.Context) error) error {
	for try := range tries {
		err := call(ctx)
		timer := time.NewTimer(pause)
	}
	return nil
}
