package main

import (
	"fmt"
	"net"
	"time"
)

func main() {
	_, err := net.DialTimeout("tcp", "169.254.169.254:80", time.Second)
	if err == nil {
		fmt.Println("connected-outside")
	}
	fmt.Println("refused")
}
