// Telling errors apart with Is and As
//
// errors.Is looks for one certain error, errors.As for an error of a type, however deep
// they are wrapped. Notice that comparing with == would find neither here.
package main

import (
	"errors"
	"fmt"
)

// ErrClosed says that the shop is closed.
var ErrClosed = errors.New("the shop is closed")

// A StockError says how much is missing.
type StockError struct {
	Item          string
	Wanted, There int
}

// Error tells it in words.
func (e *StockError) Error() string {
	return fmt.Sprintf("only %d of %d %s", e.There, e.Wanted, e.Item)
}

func buy(hour int, item string, amount int) error {
	if hour < 9 || hour >= 18 {
		return fmt.Errorf("at %d o'clock: %w", hour, ErrClosed)
	}
	if stock := 3; amount > stock {
		return fmt.Errorf("order: %w", &StockError{item, amount, stock})
	}
	return nil
}

func main() {
	for _, order := range []struct{ hour, amount int }{{20, 1}, {10, 5}, {10, 2}} {
		err := buy(order.hour, "lamps", order.amount)

		// Since Go 1.26, errors.AsType[*StockError](err) does it without the variable.
		var stock *StockError
		switch {
		case err == nil:
			fmt.Println("bought", order.amount)
		case errors.Is(err, ErrClosed):
			fmt.Printf("come back tomorrow (%v; equal: %t)\n", err, err == ErrClosed)
		case errors.As(err, &stock):
			fmt.Printf("%d are missing (%v)\n", stock.Wanted-stock.There, err)
		}
	}
}
