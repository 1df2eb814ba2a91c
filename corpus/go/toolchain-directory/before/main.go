package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
)

func main() {
	entries, err := os.ReadDir(filepath.Join(runtime.GOROOT(), "lib", os.Args[1]))
	if err != nil {
		log.Fatal(err)
	}
	for _, entry := range entries {
		fmt.Println(entry.Name())
	}
}
