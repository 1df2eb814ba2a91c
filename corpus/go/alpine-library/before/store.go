package main

/*
#cgo LDFLAGS: -lsqlite3
#include <sqlite3.h>
*/
import "C"

func storeVersion() string {
	return C.GoString(C.sqlite3_libversion())
}
