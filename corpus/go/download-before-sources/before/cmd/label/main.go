package main

import (
	"fmt"
	"os"

	"github.com/google/uuid"
)

func main() {
	for _, shelf := range os.Args[1:] {
		fmt.Println(shelf, uuid.NewMD5(uuid.NameSpaceOID, []byte(shelf)))
	}
}
