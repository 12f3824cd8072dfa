package main

import (
	"fmt"
	"net"
	"time"
)

func main() {
	_, err := net.DialTimeout("tcp", "[2606:4700:4700::1111]:80", time.Second)
	if err == nil {
		fmt.Println("connected-outside")
	}
	fmt.Println("refused")
}
