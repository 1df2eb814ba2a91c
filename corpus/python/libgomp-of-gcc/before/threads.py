"""Asks the OpenMP runtime, which came with the compiler."""

import ctypes

from markupsafe import escape

openmp = ctypes.CDLL("libgomp.so.1")
openmp.omp_set_num_threads(3)
print(escape(f"<{openmp.omp_get_max_threads()} threads>"))
