package main

/*
#cgo LDFLAGS: -lsqlite3
#include <stdlib.h>
#include <sqlite3.h>

static int number(sqlite3 *db, const char *query, sqlite3_int64 *result) {
	sqlite3_stmt *statement;
	int code = sqlite3_prepare_v2(db, query, -1, &statement, 0);
	if (code != SQLITE_OK) return code;
	if (sqlite3_step(statement) == SQLITE_ROW) *result = sqlite3_column_int64(statement, 0);
	return sqlite3_finalize(statement);
}
*/
import "C"

import (
	"errors"
	"unsafe"
)

// ask gives the one number that a query selects in an empty database.
func ask(query string) (int64, error) {
	name, text := C.CString(":memory:"), C.CString(query)
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(text))
	var db *C.sqlite3
	if C.sqlite3_open(name, &db) != C.SQLITE_OK {
		return 0, errors.New("no database")
	}
	defer C.sqlite3_close(db)
	var result C.sqlite3_int64
	if C.number(db, text, &result) != C.SQLITE_OK {
		return 0, errors.New(C.GoString(C.sqlite3_errmsg(db)))
	}
	return int64(result), nil
}
