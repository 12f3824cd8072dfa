package main

import (
	"fmt"
	"os"
)

func main() {
	for _, dir := range []string{".", "..", "/tmp", "/dev/shm", "/work", "/build", "/run", "/"} {
		text, _ := os.ReadFile(dir + "/note-for-the-next")
		fmt.Println(dir, string(text))
	}
}
