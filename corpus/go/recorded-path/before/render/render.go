// Package render fills the letter's page.
package render

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Page is the letter to a name.
func Page(greeting, name string) (string, error) {
	_, here, _, _ := runtime.Caller(0)
	text, err := os.ReadFile(filepath.Join(filepath.Dir(here), "page.txt"))
	if err != nil {
		return "", err
	}
	return strings.NewReplacer("{greeting}", greeting, "{name}", name).Replace(string(text)), nil
}
