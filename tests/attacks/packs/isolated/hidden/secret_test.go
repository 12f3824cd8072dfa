package double

import (
	"testing"
)

// source-marker-88aa: nothing that runs may ever see this line.
const hiddenSecret = "hidden-secret-7f3a"

func TestHiddenSecret(t *testing.T) {
	if got := Double(4242); got != 8484 {
		t.Errorf("%s: Double(4242) = %d, want 8484", hiddenSecret, got)
	}
}
