"""How programs find what they start with: the loader its libraries, a shell its programs."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Mapping

from restage.verify.elf import Elf, cached_libraries
from restage.verify.filesystem import FileSystem, Kind

_GLIBC = ("/lib/{}", "/usr/lib/{}", "/lib64", "/usr/lib64", "/lib", "/usr/lib")
_TRIPLETS = {
    "x64": "x86_64-linux-gnu",
    "AArch64": "aarch64-linux-gnu",
    "x86": "i386-linux-gnu",
    "ARM": "arm-linux-gnueabihf",
}
_MUSL = ("/lib", "/usr/local/lib", "/usr/lib")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Loader:
    """Finds libraries as the dynamic loader of the image does: run path, LD_LIBRARY_PATH, cache, its own directories.

    What glibc's ld.so(8) and musl's dynamic linker say; a library that /etc/ld.so.conf names but ldconfig never
    saw is not found, as it is not there.
    """

    def __init__(self, files: FileSystem, environment: Mapping[str, str]) -> None:
        self._files = files
        self._given = [place for place in environment.get("LD_LIBRARY_PATH", "").split(":") if place]
        self._path = [place for place in environment.get("PATH", _PATH).split(":") if place.startswith("/")]
        self._cache: dict[str, list[str]] = defaultdict(list)
        for soname, path in cached_libraries(files.texts.get("/etc/ld.so.cache", b"")):
            self._cache[soname].append(path)
        self._musl = [path for path in files.entries if posixpath.basename(path).startswith("ld-musl-")]

    def library(self, soname: str, of: Elf, path: str) -> str | None:
        """Where a library is found that the file at `path` needs."""
        if "/" in soname:
            return self._files.resolve(soname)
        origin = posixpath.dirname(path)
        run = [place.replace("$ORIGIN", origin).replace("${ORIGIN}", origin) for place in of.runpath]
        triplet = _TRIPLETS.get(of.machine.partition("-")[0], "")
        own = _MUSL if self._musl else tuple(place.format(triplet) for place in _GLIBC)
        candidates = [
            *(posixpath.join(place, soname) for place in (*run, *self._given)),
            *self._cache.get(soname, ()),
            *(posixpath.join(place, soname) for place in own),
        ]
        for candidate in candidates:
            real = self._files.resolve(candidate)
            found = self._files.elves.get(real or "")
            if found is not None and found.machine == of.machine:
                return real
        return None

    def program(self, name: str, directory: str = "/") -> str | None:
        """Where a program is found by its name, as a shell looks for it."""
        if "/" in name:
            return self._files.resolve(posixpath.join(directory, name))
        for place in self._path:
            real = self._files.resolve(f"{place}/{name}")
            if (
                real is not None
                and self._files.entries[real].kind is Kind.FILE
                and self._files.entries[real].mode & 0o111
            ):
                return real
        return None
