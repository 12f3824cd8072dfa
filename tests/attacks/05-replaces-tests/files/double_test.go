package double

import (
	"testing"
)

func TestDouble(t *testing.T) {}
