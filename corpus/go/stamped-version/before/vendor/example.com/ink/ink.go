// Package ink draws boxes.
package ink

import "strings"

// Boxed puts words into a box.
func Boxed(words ...string) string {
	return "[" + strings.Join(words, "|") + "]"
}
