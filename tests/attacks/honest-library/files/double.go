package double

import (
	"encoding/json"
	"math/big"
	"regexp"
	"strconv"
)

var number = regexp.MustCompile(`-?[0-9]+`)

func Double(n int) int {
	text, _ := json.Marshal(map[string]int{"n": n})
	found, _ := strconv.ParseInt(number.FindString(string(text)), 10, 64)
	twice := new(big.Int).Mul(big.NewInt(found), big.NewInt(2))
	return int(twice.Int64())
}
