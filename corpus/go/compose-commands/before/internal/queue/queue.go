// Package queue keeps parcels as files of one directory.
package queue

import "os"

// Waiting lists the names of the parcels.
func Waiting() ([]string, error) {
	entries, err := os.ReadDir(os.Getenv("QUEUE"))
	names := make([]string, 0, len(entries))
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names, err
}
