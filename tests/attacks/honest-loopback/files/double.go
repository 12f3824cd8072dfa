package double

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
)

func Double(n int) int {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		k, _ := strconv.Atoi(r.URL.Query().Get("n"))
		fmt.Fprint(w, 2*k)
	}))
	defer server.Close()
	answer, err := http.Get(server.URL + "?n=" + strconv.Itoa(n))
	if err != nil {
		panic(err)
	}
	defer answer.Body.Close()
	var twice int
	fmt.Fscan(answer.Body, &twice)
	return twice
}
