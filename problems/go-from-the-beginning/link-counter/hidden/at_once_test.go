package links_test

import (
	"link-counter"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"testing"
)

func TestBadRequests(t *testing.T) {
	service := links.New()
	for _, body := range []string{"", "go.dev", `{"url": "ftp://go.dev"}`, `{"url": ""}`, `{"url": "javascript:alert(1)"}`, `[1]`} {
		if got := send(service, "PUT", "/links/x", body).Code; got != http.StatusBadRequest {
			t.Errorf("PUT /links/x with %q answered %d, want 400", body, got)
		}
	}
	if got := send(service, "GET", "/x", "").Code; got != http.StatusNotFound {
		t.Errorf("after bad requests only, GET /x answered %d, want 404", got)
	}
}

func TestManyAtOnce(t *testing.T) {
	service := links.New()
	const names, visitors = 5, 8
	for i := range names {
		put(t, service, strconv.Itoa(i), "https://example.com/"+strconv.Itoa(i), http.StatusCreated)
	}
	var tally [names][visitors]int
	var everybody sync.WaitGroup
	for visitor := range visitors {
		everybody.Go(func() {
			for range 100 {
				i := rand.IntN(names)
				send(service, "GET", "/"+strconv.Itoa(i), "")
				tally[i][visitor]++
			}
		})
	}
	everybody.Wait()
	for i := range names {
		want := 0
		for _, n := range tally[i] {
			want += n
		}
		if _, got := count(t, service, strconv.Itoa(i)); got != want {
			t.Errorf("link %d was followed %d times by %d visitors at once, and %d were counted", i, want, visitors, got)
		}
	}
}
