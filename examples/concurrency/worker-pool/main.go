// A pool of workers shares the jobs
//
// Three workers take jobs from one channel and put results into another. They finish in
// any order, so notice how the job's number brings the results back in order.
package main

import (
	"fmt"
	"strings"
	"sync"
)

type job struct {
	number int
	text   string
}

type result struct {
	number int
	vowels int
}

func work(jobs <-chan job, results chan<- result) {
	for j := range jobs {
		vowels := 0
		for _, r := range strings.ToLower(j.text) {
			if strings.ContainsRune("aeiou", r) {
				vowels++
			}
		}
		results <- result{j.number, vowels}
	}
}

func main() {
	lines := []string{"Many hands", "make light work", "but too many cooks", "spoil the broth"}
	jobs := make(chan job)
	results := make(chan result)

	var workers sync.WaitGroup
	for range 3 {
		workers.Go(func() { work(jobs, results) })
	}
	go func() {
		for i, line := range lines {
			jobs <- job{i, line}
		}
		close(jobs) // the workers' loops end
		workers.Wait()
		close(results) // main's loop ends
	}()

	vowels := make([]int, len(lines))
	for r := range results {
		vowels[r.number] = r.vowels
	}
	for i, line := range lines {
		fmt.Printf("%-18s %d vowels\n", line, vowels[i])
	}
}
