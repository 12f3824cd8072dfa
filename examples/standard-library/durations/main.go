// Durations and dates
//
// A time.Duration counts nanoseconds and prints with units; multiply by one to make it.
// Notice that a layout is written as a certain date: 2 January 2006, 15:04:05.
package main

import (
	"fmt"
	"time"
)

func main() {
	lap := 83*time.Second + 450*time.Millisecond
	fmt.Println(lap, lap.Round(time.Second), lap.Truncate(time.Minute))
	fmt.Printf("%.1f seconds, %d milliseconds\n", lap.Seconds(), lap.Milliseconds())

	for _, text := range []string{"1h15m", "1500ms", "soon"} {
		d, err := time.ParseDuration(text)
		if err != nil {
			fmt.Println("error:", err)
			continue
		}
		fmt.Println(text, "is", d, "or", d.Minutes(), "minutes")
	}

	start := time.Date(2024, time.February, 28, 22, 30, 0, 0, time.UTC)
	landing := start.Add(26 * time.Hour)
	fmt.Println(start.Format("Mon 2 Jan 2006 15:04"))
	fmt.Println(landing.Format(time.RFC3339))
	fmt.Println("the day before:", landing.AddDate(0, 0, -1).Format(time.DateOnly))

	party, err := time.Parse("2.1.2006", "24.12.2024")
	if err != nil {
		fmt.Println("error:", err)
		return
	}
	days := int(party.Sub(start).Hours() / 24)
	fmt.Println(days, "whole days until", party.Weekday())
}
