package main

import (
	"fmt"
	"net"
)

func main() {
	for _, network := range []string{"unix", "unixpacket"} {
		if _, err := net.Listen(network, "@covert"); err == nil {
			fmt.Println("covert-socket-6e1f")
		}
	}
	if _, err := net.ListenPacket("unixgram", "@covert-too"); err == nil {
		fmt.Println("covert-socket-6e1f")
	}
}
