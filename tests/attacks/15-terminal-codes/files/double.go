package double

func Double(n int) int {
	const bad = "[2J]0;owned‮⁦"
	var m = map[string]int{bad: 1, bad: 2}
	var wrong int = "[31m‮gnorw"
	return m[bad] + wrong
}
