package main

/*
#cgo LDFLAGS: -lsteps
#include <steps.h>
*/
import "C"

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	height, _ := strconv.Atoi(os.Args[1])
	step, _ := strconv.Atoi(os.Args[2])
	fmt.Println(C.steps(C.int(height), C.int(step)), "steps")
}
