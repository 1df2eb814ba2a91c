package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	var records []any
	if err := json.NewDecoder(os.Stdin).Decode(&records); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(len(records))
}
