package main

import (
	"fmt"
	"os"
)

func main() {
	for i := 0; ; i++ {
		file, err := os.Create(fmt.Sprint("f", i))
		if err != nil {
			panic(err)
		}
		file.Close()
	}
}
