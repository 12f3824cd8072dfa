package main

import (
	"fmt"
	"net"
	"os"
	"os/user"
)

func main() {
	host, err := os.Hostname()
	fmt.Println(host, err)
	interfaces, _ := net.Interfaces()
	for _, one := range interfaces {
		addresses, _ := one.Addrs()
		fmt.Println(one.Name, one.HardwareAddr, addresses)
	}
	fmt.Println(user.Current())
	for _, name := range []string{"/etc/hostname", "/etc/hosts", "/etc/resolv.conf", "/etc/passwd", "/etc/machine-id", "/sys/class/net", "/proc/sys/kernel/hostname", "/proc/sys/kernel/random/boot_id", "/sys/class/dmi/id/product_uuid", "/proc/cmdline", "/proc/version"} {
		text, err := os.ReadFile(name)
		fmt.Printf("%s %d %v %.100q\n", name, len(text), err, text)
	}
}
