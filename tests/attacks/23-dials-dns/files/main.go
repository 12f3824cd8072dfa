package main

import (
	"fmt"
	"net"
	"time"
)

func main() {
	_, err := net.DialTimeout("tcp", "example.com:80", time.Second)
	if err == nil {
		fmt.Println("connected-outside")
	}
	fmt.Println("refused")
}
