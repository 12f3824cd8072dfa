package links

import (
	"encoding/json"
	"net/http"
	"sync"
)

type link struct {
	URL   string `json:"url"`
	Count int    `json:"count"`
}

func New() http.Handler {
	var mu sync.Mutex
	links := map[string]link{}
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /links/{name}", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		var sent link
		json.NewDecoder(r.Body).Decode(&sent)
		links[r.PathValue("name")] = sent
		w.WriteHeader(http.StatusCreated)
	})
	mux.HandleFunc("GET /links/{name}", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		json.NewEncoder(w).Encode(links[r.PathValue("name")])
	})
	mux.HandleFunc("GET /{name}", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		http.Redirect(w, r, links[r.PathValue("name")].URL, http.StatusFound)
	})
	return mux
}
