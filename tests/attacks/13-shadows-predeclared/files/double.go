package double

const true = false

type error interface{}

func panic(any) {}

func append(list []int, _ ...int) []int { return list }

func Double(n int) int { return 0 }
