package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
)

func main() {
	for _, name := range []string{"/opt/buoy/logs/today", filepath.Join(os.Getenv("BUOY_STATE"), "state")} {
		if err := os.WriteFile(name, []byte("up\n"), 0o644); err != nil {
			panic(err)
		}
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "up") })
	if err := http.ListenAndServe(":8080", nil); err != nil {
		panic(err)
	}
}
