package main

import (
	"net/http"
	"os"
)

func main() {
	revision, err := os.ReadFile("REVISION")
	if err != nil {
		panic(err)
	}
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { w.Write(revision) })
	panic(http.ListenAndServe(":8077", nil))
}
