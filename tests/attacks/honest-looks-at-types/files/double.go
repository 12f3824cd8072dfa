package double

import "reflect"

type pair struct {
	Left  int
	Right []int
	Add   func() int
}

// sum adds the numbers that it finds in a value, at any depth.
func sum(value reflect.Value) (total int) {
	switch value.Kind() {
	case reflect.Int:
		return int(value.Int())
	case reflect.Struct:
		for i := range value.NumField() {
			total += sum(value.Field(i))
		}
	case reflect.Slice:
		for i := range value.Len() {
			total += sum(value.Index(i))
		}
	case reflect.Func:
		for _, result := range value.Call(nil) {
			total += sum(result)
		}
	}
	return total
}

func Double(n int) int {
	p := pair{n, []int{n, -n}, func() int { return n }}
	if !reflect.DeepEqual(p.Right, []int{n, -n}) || reflect.TypeOf(p).Name() != "pair" {
		return 0
	}
	return sum(reflect.ValueOf(p))
}
