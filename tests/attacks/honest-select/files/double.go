package double

import (
	"context"
	"time"
)

func Double(n int) int {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	ticker := time.NewTicker(time.Millisecond)
	defer ticker.Stop()
	ticks := 0
	for {
		select {
		case <-ticker.C:
			ticks++
		case <-ctx.Done():
			if ticks == 0 {
				return 0
			}
			return 2 * n
		}
	}
}
