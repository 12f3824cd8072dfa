package double

import (
	"encoding/json"
	"errors"
	"fmt"
)

func Double(n int) int {
	var wrong *json.UnmarshalTypeError
	if errors.As(json.Unmarshal([]byte(`"x"`), new(int)), &wrong) {
		fmt.Println(wrong.Type.Method(0))
	}
	return 0
}
