package main

import (
	"log"
	"net/http"
	"os"
	"path/filepath"
)

func main() {
	found, _ := filepath.Glob("/opt/page-*.txt")
	if len(found) == 0 {
		log.Fatal("no page")
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		page, err := os.ReadFile(found[0])
		if err != nil {
			log.Fatal(err)
		}
		w.Write(page)
	})
	log.Print("listening on 8080 now")
	log.Fatal(http.ListenAndServe(":8080", nil))
}
