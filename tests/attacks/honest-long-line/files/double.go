package double

import (
	"fmt"
	"strings"
	"sync"
)

var once sync.Once

func Double(n int) int {
	once.Do(func() { fmt.Print(strings.Repeat("ö", 20_000)) })
	return 2 * n
}
