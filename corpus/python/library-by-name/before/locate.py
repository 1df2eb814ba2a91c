"""Tells whether addresses can be looked up."""

import ctypes
import ctypes.util

from tabulate import tabulate

name = ctypes.util.find_library("maxminddb")
if name is None:
    raise SystemExit("there is no libmaxminddb")
version = ctypes.CDLL(name).MMDB_lib_version
version.restype = ctypes.c_char_p
print(tabulate([["libmaxminddb", version().decode().split(".")[0]]]))
