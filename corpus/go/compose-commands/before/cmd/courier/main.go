package main

import (
	"flag"
	"fmt"
	"log"
	"time"

	"example.com/parcels/internal/queue"
)

func main() {
	once := flag.Bool("once", false, "end after one round")
	flag.Parse()
	for {
		names, err := queue.Waiting()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("delivered", len(names))
		if *once {
			return
		}
		time.Sleep(time.Minute)
	}
}
