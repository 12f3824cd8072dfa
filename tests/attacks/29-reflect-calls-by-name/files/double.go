package double

import (
	"fmt"
	"reflect"
)

type counter int

func (c counter) Next() int { return int(c) + 1 }

func Double(n int) int {
	value := reflect.ValueOf(counter(n))
	ask := value.Method
	fmt.Println(value.MethodByName("Next").Call(nil)[0], ask(0))
	return 0
}
