"""Compiles its C part when it is imported."""

from cffi import FFI

ffi = FFI()
ffi.cdef("int area(int width, int height);")
library = ffi.verify("int area(int width, int height) { return width * height; }")

print(library.area(6, 7))
