package main

import (
	"flag"
	"fmt"
	"net/http"
)

func main() {
	berths := flag.Int("berths", 1, "how many ships may lie here")
	verbose := flag.Bool("verbose", false, "say more")
	flag.Parse()
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "%d berths\n", *berths)
	})
	if *verbose {
		fmt.Println("listening")
	}
	if err := http.ListenAndServe(":8099", nil); err != nil {
		panic(err)
	}
}
