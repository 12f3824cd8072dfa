package work

import (
	"slices"
	"strings"
	"testing"

	"judge/runner/internal/wire"
)

// wide is a package with what crosses in ways of its own: names that are not exported, types of
// the tests, requests, contexts and channels.
const wide = `package wide

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"reflect"
)

const contentType = "application/json"

var table = []string{"a", "b"}

var errSmall = errors.New("small")

type point struct{ x, y int }

func add(a, b point) (point, error) {
	if a.x < 0 {
		return point{}, fmt.Errorf("adding: %w", errSmall)
	}
	return point{a.x + b.x, a.y + b.y}, nil
}

type meter struct{ ticks int }

func (m *meter) tick() int { m.ticks++; return m.ticks }
func newMeter() *meter     { return &meter{} }

type Server struct {
	hits int
	http.Handler
}

func NewServer() *Server {
	s := &Server{}
	mux := http.NewServeMux()
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		s.hits++
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("X-Name", r.URL.Query().Get("name")+r.Header.Get("X-In"))
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprintf(w, "%s %s %s", r.Method, r.URL.Path, body)
	})
	s.Handler = mux
	return s
}

func Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Wrapped", "yes")
		next.ServeHTTP(w, r)
	})
}

func Parent(u *url.URL) *url.URL { c := *u; c.Path = "/"; return &c }

func Wait(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
func Fails(f func() error) error           { return fmt.Errorf("failed: %w", f()) }
func Ended(ctx context.Context) bool { return ctx.Err() != nil }

type Reader struct{ ctx context.Context }

func NewReader(ctx context.Context) *Reader { return &Reader{ctx} }
func (r *Reader) Read() error               { return r.ctx.Err() }

func Pass(ctx context.Context, f func(context.Context)) { f(ctx) }

func Stop(cause error) context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(cause)
	return ctx
}

func Numbers(n int) <-chan int {
	c := make(chan int)
	go func() { defer close(c); for i := range n { c <- i } }()
	return c
}

func Square(in <-chan int64, out chan<- uint) { defer close(out); for v := range in { out <- uint(v * v) } }

type Bus struct{ c chan byte }

func NewBus(c chan byte) *Bus { return &Bus{c} }
func Post(c chan byte, b byte) { go func() { c <- b }() }
func Take(c chan byte) byte    { return <-c }

func Texts(files fs.FS) (list []string) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return []string{err.Error()}
	}
	for _, e := range entries {
		text, err := fs.ReadFile(files, e.Name())
		list = append(list, fmt.Sprint(e.Name(), " ", string(text), " ", err))
	}
	return list
}

func Walk(v any) (names []string) {
	r := reflect.ValueOf(v)
	if r.Kind() == reflect.Pointer {
		r = r.Elem()
	}
	for i := range r.NumField() {
		names = append(names, fmt.Sprint(r.Type().Name(), ".", r.Type().Field(i).Name, "=", r.Field(i)))
	}
	return names
}

func Boxed(n int) any {
	return []any{[2]int{1, 2}, point{1, 2}, &point{3, 4}, map[string][]int{"a": {1}}, uint16(3), nil, errSmall}[n]
}
`

const wideTest = `package wide

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

type person struct {
	Name string
	age  int
}

func TestPrivate(t *testing.T) {
	if got, err := add(point{1, 2}, point{x: 3}); got != (point{4, 2}) || err != nil || got.y != 2 {
		t.Error(got, err)
	}
	if _, err := add(point{x: -1}, point{}); !errors.Is(err, errSmall) {
		t.Error(err)
	}
	if len(table) != 2 || table[1] != "b" || contentType != "application/json" {
		t.Error(table, contentType)
	}
	ours := errors.New("ours")
	if err := Fails(func() error { return ours }); !errors.Is(err, ours) || errors.Is(err, errSmall) {
		t.Error(err)
	}
	m := newMeter()
	m.tick()
	if m.tick() != 2 {
		t.Error("a meter that forgets")
	}
}

func TestBoxes(t *testing.T) {
	if got := Walk(person{"Ann", 3}); !reflect.DeepEqual(got, []string{"person.Name=Ann", "person.age=3"}) {
		t.Error(got)
	}
	if got := Walk(&person{"Ann", 3}); len(got) != 2 {
		t.Error(got)
	}
	if got := Walk(struct{ A int }{7}); !reflect.DeepEqual(got, []string{".A=7"}) {
		t.Error(got)
	}
	for i, want := range []any{[2]int{1, 2}, point{1, 2}, &point{3, 4}, map[string][]int{"a": {1}}, uint16(3), nil, errSmall} {
		if got := Boxed(i); !reflect.DeepEqual(got, want) {
			t.Errorf("%d: %T %v", i, got, got)
		}
	}
	if p, ok := Boxed(1).(point); !ok || p.x != 1 {
		t.Error(p)
	}
}

func TestRequests(t *testing.T) {
	s := NewServer()
	request := httptest.NewRequest("PUT", "/echo?name=joe", strings.NewReader("hello"))
	request.Header.Set("X-In", "!")
	response := httptest.NewRecorder()
	Wrap(s).ServeHTTP(response, request)
	if response.Code != http.StatusAccepted || response.Body.String() != "PUT /echo hello" || response.Header().Get("X-Name") != "joe!" ||
		response.Header().Get("X-Wrapped") != "yes" || response.Result().Header.Get("content-type") != contentType {
		t.Error(response.Code, response.Body, response.Header())
	}
	response = httptest.NewRecorder()
	s.ServeHTTP(response, httptest.NewRequest("GET", "/nowhere", nil))
	if response.Code != http.StatusNotFound {
		t.Error(response.Code)
	}
	ours := Wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Header().Set("X-Ours", r.Host); w.WriteHeader(201) }))
	response = httptest.NewRecorder()
	ours.ServeHTTP(response, httptest.NewRequest("GET", "http://there/", nil))
	if response.Code != 201 || response.Header().Get("X-Ours") != "there" || response.Header().Get("X-Wrapped") != "yes" {
		t.Error(response.Code, response.Header())
	}
	u, _ := url.Parse("https://me:secret@host:1/a/b?q=1#f")
	if got := Parent(u).String(); got != "https://me:secret@host:1/?q=1#f" {
		t.Error(got)
	}
}

func TestFiles(t *testing.T) {
	files := fstest.MapFS{"a.txt": {Data: []byte("one")}, "b.txt": {Data: []byte("two")}}
	if got := Texts(files); !reflect.DeepEqual(got, []string{"a.txt one <nil>", "b.txt two <nil>"}) {
		t.Error(got)
	}
}

func TestContexts(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r := NewReader(ctx)
	if Ended(ctx) || r.Read() != nil {
		t.Error("ended before its time")
	}
	cancel()
	if err := r.Read(); err != context.Canceled || !Ended(ctx) {
		t.Error(err)
	}
	ctx, cancel = context.WithCancel(context.Background())
	go func() { time.Sleep(10 * time.Millisecond); cancel() }()
	if err := Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	ctx, cancel = context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if err := Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	for range 3 {
		ctx, cancel := context.WithCancel(context.Background())
		Pass(ctx, func(got context.Context) {
			if got != ctx {
				t.Error("the context is another one")
			}
		})
		cancel()
		if !Ended(ctx) {
			t.Error("not ended")
		}
	}
	if got := Stop(errSmall); got.Err() != context.Canceled || !errors.Is(context.Cause(got), errSmall) {
		t.Error(got.Err())
	}
}

func TestChannels(t *testing.T) {
	sum := 0
	for n := range Numbers(5) {
		sum += n
	}
	if sum != 10 {
		t.Error(sum)
	}
	in, out := make(chan int64), make(chan uint)
	go Square(in, out)
	go func() { defer close(in); for i := range 4 { in <- int64(i) } }()
	var got []uint
	for v := range out {
		got = append(got, v)
	}
	if !reflect.DeepEqual(got, []uint{0, 1, 4, 9}) {
		t.Error(got)
	}
	between := make(chan byte)
	NewBus(between)
	Post(between, 7)
	if Take(between) != 7 {
		t.Error("the channel is another one")
	}
}
`

func TestWhatCrossesInIsolatedTests(t *testing.T) {
	facts, _, _ := do(t, &wire.Message{Kind: "unit", Module: "wide", Reference: files("wide.go", wide), Solution: files("wide.go", wide),
		Tests: files("wide_test.go", wideTest)})
	got := strings.Fields(tell(facts))
	for _, name := range []string{"TestPrivate", "TestBoxes", "TestRequests", "TestContexts", "TestChannels", "TestFiles"} {
		if i := slices.Index(got, name); i < 1 || got[i-1] != "pass" {
			t.Errorf("%s did not pass", name)
		}
	}
	if t.Failed() {
		t.Log(tell(facts))
		for _, r := range facts.Runs {
			t.Logf("%s: %s", r.Name, r.Stderr)
		}
	}
}
