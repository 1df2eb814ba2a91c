package main

import (
	_ "embed"
	"fmt"
	"log"
	"net"
	"os"
	"strings"
)

//go:embed quotes.txt
var text string

func main() {
	quotes := strings.Split(strings.TrimSpace(text), "\n")
	listener, err := net.Listen("tcp", ":"+os.Getenv("QOTD_PORT"))
	if err != nil {
		log.Fatal(err)
	}
	log.Print("ready")
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		var line string
		fmt.Fscanln(connection, &line)
		fmt.Fprintln(connection, quotes[len(line)%len(quotes)])
		connection.Close()
	}
}
