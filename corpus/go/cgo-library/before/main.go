package main

import (
	"fmt"
	"os"
	"strings"
)

func main() {
	sum, err := ask("select " + strings.Join(os.Args[1:], " + "))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("sum:", sum)
}
