package main

import (
	"fmt"
	"log"
	"os"
	"time"
)

func main() {
	zone, err := time.LoadLocation(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(time.Date(2024, time.July, 1, 12, 0, 0, 0, time.UTC).In(zone).Format(time.RFC822))
}
