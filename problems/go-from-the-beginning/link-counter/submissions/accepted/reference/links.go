// Package links is a web service for short links.
package links

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
)

type link struct {
	URL   string `json:"url"`
	Count int    `json:"count"`
}

type service struct {
	mu    sync.Mutex
	links map[string]link
}

// New makes a service without links.
func New() http.Handler {
	s := &service{links: map[string]link{}}
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /links/{name}", s.put)
	mux.HandleFunc("GET /links/{name}", s.show)
	mux.HandleFunc("GET /{name}", s.follow)
	return mux
}

func (s *service) put(w http.ResponseWriter, r *http.Request) {
	var sent link
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil || !isAddress(sent.URL) {
		http.Error(w, `send {"url": "https://…"}`, http.StatusBadRequest)
		return
	}
	if s.set(r.PathValue("name"), sent.URL) {
		w.WriteHeader(http.StatusCreated)
	} else {
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *service) set(name, url string) (isNew bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, found := s.links[name]
	known.URL = url
	s.links[name] = known
	return !found
}

func (s *service) show(w http.ResponseWriter, r *http.Request) {
	known, found := s.get(r.PathValue("name"), 0)
	if !found {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(known)
}

func (s *service) follow(w http.ResponseWriter, r *http.Request) {
	known, found := s.get(r.PathValue("name"), 1)
	if !found {
		http.NotFound(w, r)
		return
	}
	http.Redirect(w, r, known.URL, http.StatusFound)
}

// get returns a link and counts its followers up.
func (s *service) get(name string, followers int) (link, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known, found := s.links[name]
	if found {
		known.Count += followers
		s.links[name] = known
	}
	return known, found
}

func isAddress(url string) bool {
	return strings.HasPrefix(url, "http://") || strings.HasPrefix(url, "https://")
}
