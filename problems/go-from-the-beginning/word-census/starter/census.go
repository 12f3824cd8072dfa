// Package census counts words.
package census

// Count tells how often each word of text occurs, in lower case.
func Count(text string) map[string]int {
	return nil
}

// Top returns the n most frequent words, by the alphabet among equals.
func Top(text string, n int) []string {
	return nil
}
