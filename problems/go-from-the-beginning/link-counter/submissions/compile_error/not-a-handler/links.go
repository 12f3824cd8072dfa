package links

import "net/http"

type service struct{}

func (s *service) serve(w http.ResponseWriter, r *http.Request) {}

func New() http.Handler {
	return &service{}
}
