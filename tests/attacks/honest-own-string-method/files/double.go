package double

import (
	"fmt"
)

type N int

func (n N) String() string { return "N!" }

func Double(n int) int {
	_ = fmt.Sprint(N(n))
	return 2 * n
}
