package double

import (
	"log"
	"os"
	"os/signal"
)

func Double(n int) int {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	defer signal.Stop(signals)
	log.Printf("doubling %d", n)
	return 2 * n
}
