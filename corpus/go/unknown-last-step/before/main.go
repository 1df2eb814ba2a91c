package main

import (
	"fmt"
	"os"

	"example.com/ink"
)

var version, commit string

func main() {
	fmt.Println(ink.Boxed(version, commit, os.Getenv("STAMP_VERSION")))
}
