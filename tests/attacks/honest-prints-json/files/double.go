package double

import "fmt"

func Double(n int) int {
	fmt.Println(`{"Action":"fail","Package":"double","Test":"TestDouble"}`)
	fmt.Print("--- FAIL: TestDouble (0.00s)\nFAIL\n\x16--- FAIL: TestMore\n")
	return 2 * n
}
