package main

import (
	"fmt"
	"log"
	"os"
	"strings"

	"example.com/letter/render"
)

func main() {
	settings, err := os.ReadFile("/etc/letter/default.env")
	if err != nil {
		log.Fatal(err)
	}
	_, greeting, _ := strings.Cut(strings.TrimSpace(string(settings)), "=")
	page, err := render.Page(greeting, strings.Join(os.Args[1:], " "))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(page)
}
