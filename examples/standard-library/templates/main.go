// Templates fill gaps in a text
//
// Actions in double braces fetch fields, loop and choose. Notice the minus signs: they
// take away the white space on their side.
package main

import (
	"fmt"
	"os"
	"strings"
	"text/template"
)

type item struct {
	Name   string
	Amount int
	Price  float64
}

// Total is called by the template like a field.
func (i item) Total() float64 { return float64(i.Amount) * i.Price }

const layout = `Dear {{.Customer | upper}},
{{range .Items -}}
{{printf "%-6s" .Name}} {{.Amount}} x {{printf "%.2f" .Price}} = {{printf "%6.2f" .Total}}
{{else -}}
you have ordered nothing.
{{end -}}
{{with .Note}}Note: {{.}}
{{end}}--
`

func main() {
	bill, err := template.New("bill").
		Funcs(template.FuncMap{"upper": strings.ToUpper}).
		Parse(layout)
	if err != nil {
		fmt.Println("error:", err)
		return
	}
	type data struct {
		Customer, Note string
		Items          []item
	}
	orders := []data{
		{Customer: "Ada", Note: "thank you", Items: []item{{"Tea", 2, 4.5}, {"Sugar", 9, 1.25}}},
		{Customer: "Ben"},
	}
	for _, order := range orders {
		if err := bill.Execute(os.Stdout, order); err != nil {
			fmt.Println("error:", err)
		}
	}
}
