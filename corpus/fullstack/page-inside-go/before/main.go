package main

import (
	"embed"
	"io/fs"
	"log"
	"net/http"
)

//go:embed page/dist
var page embed.FS

func main() {
	files, err := fs.Sub(page, "page/dist")
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(http.ListenAndServe(":7000", http.FileServer(http.FS(files))))
}
