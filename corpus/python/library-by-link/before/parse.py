"""Tells which libyaml is there."""

import ctypes
import ctypes.util

from tabulate import tabulate

name = ctypes.util.find_library("yaml")
if name is None:
    raise SystemExit("there is no libyaml")
library = ctypes.CDLL(name)
library.yaml_get_version_string.restype = ctypes.c_char_p
print(tabulate([["libyaml", library.yaml_get_version_string().decode()]]))
