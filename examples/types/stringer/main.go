// A String method says how a value prints
//
// The package fmt asks every value for its String method. Notice that it works inside
// slices and maps too, and that iota numbers the constants.
package main

import (
	"fmt"
	"strconv"
)

// A Suit is a colour of playing cards.
type Suit int

// The four suits.
const (
	Clubs Suit = iota
	Diamonds
	Hearts
	Spades
)

// String returns the suit's sign.
func (s Suit) String() string {
	signs := []string{"♣", "♦", "♥", "♠"}
	if s < 0 || int(s) >= len(signs) {
		return fmt.Sprintf("Suit(%d)", int(s)) // %v of s itself would never end
	}
	return signs[s]
}

// A Card has a suit and a rank from 1 to 13.
type Card struct {
	Suit Suit
	Rank int
}

// String returns the rank and the suit's sign.
func (c Card) String() string {
	ranks := map[int]string{1: "A", 11: "J", 12: "Q", 13: "K"}
	if name, ok := ranks[c.Rank]; ok {
		return name + c.Suit.String()
	}
	return strconv.Itoa(c.Rank) + c.Suit.String()
}

func main() {
	hand := []Card{{Hearts, 1}, {Spades, 12}, {Clubs, 10}}
	fmt.Println("hand:", hand)
	fmt.Printf("%v, %s, as a number %d\n", Diamonds, Spades, Spades)
	fmt.Println(Suit(7))

	held := map[Suit]int{}
	for _, card := range hand {
		held[card.Suit]++
	}
	fmt.Println(held)
}
