package double

import (
	"fmt"
)

func Double(n int) int {
	fmt.Println("--- FAIL: TestDouble\nFAIL\nPASS")
	return 2 * n
}
