// Package links is a web service for short links.
package links

import "net/http"

// New makes a service without links.
func New() http.Handler {
	mux := http.NewServeMux()
	return mux
}
