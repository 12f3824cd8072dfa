package links_test

import (
	"encoding/json"
	"fmt"
	"io"
	"link-counter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func send(service http.Handler, method, path, body string) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	service.ServeHTTP(answer, httptest.NewRequest(method, path, strings.NewReader(body)))
	return answer
}

func put(t *testing.T, service http.Handler, name, url string, want int) {
	t.Helper()
	if got := send(service, "PUT", "/links/"+name, fmt.Sprintf(`{"url": %q}`, url)).Code; got != want {
		t.Errorf("PUT /links/%s with %s answered %d, want %d", name, url, got, want)
	}
}

func count(t *testing.T, service http.Handler, name string) (url string, n int) {
	t.Helper()
	answer := send(service, "GET", "/links/"+name, "")
	var told struct {
		URL   string
		Count int
	}
	if err := json.NewDecoder(answer.Body).Decode(&told); err != nil || answer.Code != 200 {
		t.Fatalf("GET /links/%s answered %d, and its body is no JSON object: %v", name, answer.Code, err)
	}
	return told.URL, told.Count
}

func TestAdd(t *testing.T) {
	service := links.New()
	put(t, service, "go", "https://go.dev/", http.StatusCreated)
	put(t, service, "go", "https://go.dev/doc/", http.StatusNoContent)
	if url, _ := count(t, service, "go"); url != "https://go.dev/doc/" {
		t.Errorf("after the change the address is %q, want https://go.dev/doc/", url)
	}
}

func TestFollow(t *testing.T) {
	service := links.New()
	put(t, service, "go", "https://go.dev/", http.StatusCreated)
	answer := send(service, "GET", "/go", "")
	if answer.Code != http.StatusFound || answer.Header().Get("Location") != "https://go.dev/" {
		t.Errorf("GET /go answered %d to %q, want 302 to https://go.dev/", answer.Code, answer.Header().Get("Location"))
	}
	for _, path := range []string{"/nobody", "/links/nobody"} {
		if got := send(service, "GET", path, "").Code; got != http.StatusNotFound {
			t.Errorf("GET %s answered %d, want 404", path, got)
		}
	}
}

func TestCount(t *testing.T) {
	service := links.New()
	put(t, service, "a", "https://a.example/", http.StatusCreated)
	put(t, service, "b", "https://b.example/", http.StatusCreated)
	for range 3 {
		send(service, "GET", "/a", "")
	}
	for name, want := range map[string]int{"a": 3, "b": 0} {
		if _, got := count(t, service, name); got != want {
			t.Errorf("the count of %s is %d, want %d", name, got, want)
		}
	}
	if got := send(service, "GET", "/links/a", "").Header().Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
		t.Errorf("GET /links/a has the Content-Type %q, want application/json", got)
	}
}

func TestOverTheNetwork(t *testing.T) {
	server := httptest.NewServer(links.New())
	defer server.Close()
	answer, err := http.Get(server.URL + "/links/nobody")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, answer.Body)
	if answer.StatusCode != http.StatusNotFound {
		t.Errorf("over the network GET /links/nobody answered %d, want 404", answer.StatusCode)
	}
}
