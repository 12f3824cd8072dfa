package double

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
)

func Double(n int) int {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, 2*n)
	}))
	defer server.Close()
	var group sync.WaitGroup
	answers := make([]int, 10)
	for i := range answers {
		group.Go(func() {
			answer, err := http.Get(server.URL)
			if err != nil {
				return
			}
			defer answer.Body.Close()
			fmt.Fscan(answer.Body, &answers[i])
		})
	}
	group.Wait()
	for _, answer := range answers {
		if answer != answers[0] {
			return 0
		}
	}
	return answers[0]
}
