package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if err := os.WriteFile("last", []byte(r.URL.Path), 0o644); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		first, _ := os.ReadFile("pages/first")
		fmt.Fprintf(w, "uid %d, first %s", os.Getuid(), first)
	})
	log.Fatal(http.ListenAndServe(":7070", nil))
}
