package main

import (
	"fmt"
	"net"
	"time"
)

func main() {
	_, err := net.DialTimeout("unix", "@/judge", time.Second)
	if err == nil {
		fmt.Println("connected-outside")
	}
	fmt.Println("refused")
}
