package double

import (
	"io/ioutil"
)

func init() { ioutil.ReadFile("x") }

func Double(n int) int { return 0 }
