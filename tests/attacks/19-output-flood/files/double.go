package double

import (
	"fmt"
)

func Double(n int) int {
	for {
		fmt.Println("flood, flood, flood, flood, flood, flood, flood")
	}
}
