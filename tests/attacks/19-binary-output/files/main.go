package main

import (
	"fmt"
)

func main() {
	fmt.Print("\xff\xfe\x1b[31mred\u202eesrever\x00")
}
