package double

const größe = "Größe 🙂 \u202e"

// Double verdoppelt; π ist auch dabei.
func Double(ν int) int {
	π := len([]rune(größe)) - len([]rune(größe))
	return ν + ν + π
}
