package main

import (
	"log"
	"net/http"
)

func main() {
	log.Fatal(http.ListenAndServe(":7000", http.FileServer(http.Dir("page"))))
}
