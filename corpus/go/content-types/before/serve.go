package main

import (
	"flag"
	"log"
	"net/http"
)

func main() {
	directory := flag.String("dir", ".", "what to serve")
	flag.Parse()
	log.Print("serving ", *directory)
	log.Fatal(http.ListenAndServe(":3000", http.FileServer(http.Dir(*directory))))
}
