package double

import "errors"

type (
	factor  int
	doubler interface{ times(int) (int, error) }
	wrapped struct{ factor }
)

var errNone = errors.New("none")

func (f factor) times(n int) (int, error) {
	if f == 0 {
		return 0, errNone
	}
	return n * int(f), nil
}

func Double(n int) int {
	var d doubler = wrapped{2}
	result, err := d.times(n)
	if errors.Is(err, errNone) {
		return 0
	}
	return result
}
