package main

import (
	"fmt"
	"os"
	"strconv"

	"github.com/google/uuid"
)

func main() {
	sum := 0
	for _, word := range os.Args[1:] {
		grams, err := strconv.Atoi(word)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		sum += grams
	}
	fmt.Println(uuid.Nil, sum)
}
