package main

import (
	"fmt"
	"net/http"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "three ships") })
	if err := http.ListenAndServe(":8080", nil); err != nil {
		panic(err)
	}
}
