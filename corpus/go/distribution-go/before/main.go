package main

import (
	"flag"
	"log"
	"net/http"
	"os"
	"os/exec"
)

func main() {
	address := flag.String("listen", ":80", "address to listen on")
	flag.Parse()
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		kind := exec.Command("file", "--brief", "--mime-type", "/etc/passwd")
		kind.Stdout, kind.Stderr = w, os.Stderr
		if err := kind.Run(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	log.Fatal(http.ListenAndServe(*address, nil))
}
