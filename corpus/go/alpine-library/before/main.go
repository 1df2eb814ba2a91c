package main

import (
	"flag"
	"log"
	"net"
	"os/exec"
)

func main() {
	queries := flag.String("queries", "queries", "where the queries lie")
	flag.Parse()
	listener, err := net.Listen("tcp", ":6100")
	if err != nil {
		log.Fatal(err)
	}
	log.Print("sqlite ", storeVersion(), ", queries of ", *queries)
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		draw := exec.Command("dot", "-Tsvg")
		draw.Stdin, draw.Stdout = connection, connection
		if err := draw.Run(); err != nil {
			log.Print(err)
		}
		connection.Close()
	}
}
