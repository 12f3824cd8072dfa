package double

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"time"
)

func Double(n int) int {
	pc, _, _, _ := runtime.Caller(0)
	for at := pc - 1<<16; at < pc+1<<16; at += 16 {
		fmt.Println(runtime.FuncForPC(at).Name(), "(from runtime)")
		handler := slog.NewTextHandler(io.Discard, &slog.HandlerOptions{AddSource: true})
		handler.Handle(context.Background(), slog.NewRecord(time.Time{}, 0, "", at))
	}
	return 0
}
