package main

import (
	"fmt"
	"log"
	"net/http"
)

var version = "dev"

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "tide %s\n", version)
	})
	log.Print("listening on 8080 now")
	log.Fatal(http.ListenAndServe(":8080", nil))
}
