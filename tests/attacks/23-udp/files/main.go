package main

import (
	"fmt"
	"net"
)

func main() {
	c, err := net.Dial("udp", "8.8.8.8:53")
	if err == nil {
		_, err = c.Write([]byte("x"))
	}
	if err == nil {
		fmt.Println("sent-outside")
	}
	fmt.Println("refused")
}
