package double

import len "strings"

func Double(n int) int { return len.Count("", "x") }
