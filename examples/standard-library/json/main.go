// JSON to structs and back
//
// Tags behind the fields say how they are called in JSON. Notice what omitempty leaves
// out, and that the error for a wrong type names the field.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
)

// A Book is what a library lends.
type Book struct {
	Title   string   `json:"title"`
	Pages   int      `json:"pages"`
	Authors []string `json:"authors,omitempty"`
	shelf   string   // begins with a small letter: JSON never sees it
}

func main() {
	books := []Book{
		{Title: "A Walk in Go", Pages: 120, Authors: []string{"Ada", "Ben"}, shelf: "B2"},
		{Title: "Notes", Pages: 8},
	}
	text, err := json.MarshalIndent(books, "", "  ")
	if err != nil {
		fmt.Println("error:", err)
		return
	}
	fmt.Println(string(text))

	var back []Book
	if err := json.Unmarshal(text, &back); err != nil {
		fmt.Println("error:", err)
		return
	}
	fmt.Printf("%q by %v, shelf %q\n", back[0].Title, back[0].Authors, back[0].shelf)

	// Without a struct, numbers are float64 and objects are maps.
	var anything map[string]any
	if err := json.Unmarshal([]byte(`{"ok": true, "n": 3, "list": [1, "a"]}`), &anything); err == nil {
		fmt.Println(anything)
	}

	var wrong *json.UnmarshalTypeError
	err = json.Unmarshal([]byte(`{"title": "Maps", "pages": "many"}`), &Book{})
	if errors.As(err, &wrong) {
		fmt.Printf("%s cannot be a %s\n", wrong.Field, wrong.Value)
	}
}
