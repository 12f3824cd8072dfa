package links

import (
	"encoding/json"
	"net/http"
)

type link struct {
	URL   string `json:"url"`
	Count int    `json:"count"`
}

func New() http.Handler {
	var links map[string]link
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /links/{name}", func(w http.ResponseWriter, r *http.Request) {
		var sent link
		json.NewDecoder(r.Body).Decode(&sent)
		links[r.PathValue("name")] = sent
		w.WriteHeader(http.StatusCreated)
	})
	return mux
}
