package main

import (
	"fmt"
	"log"
	"net/http"
	"os"

	"example.com/parcels/internal/queue"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		names, err := queue.Waiting()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		fmt.Fprintln(w, len(names), "parcels")
	})
	log.Fatal(http.ListenAndServe(os.Getenv("ADDRESS"), nil))
}
