"""OS packages of the libraries that the project's sources load by name: `find_library("sodium")`, `CDLL("libgomp.so.1")`.

On glibc find_library("x") asks ldconfig for `libx.so.…`, and after it the compiler, which follows the links of
headers' packages (ctypes/util.py of CPython): `yaml` is found only by way of `libyaml.so`, a link of libyaml-dev
to `libyaml-0.so.2`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from restage.api import BaseImage, Libc, Need, PackageNeed, State
from restage_strategies.python.sources import Sources

# Libraries whose file is `lib<name>.so.<number>`, and that the name of no package tells.
_KNOWN = {
    "asound": ("libasound2-dev", "alsa-lib-dev"),
    "atomic": ("libatomic1", "libatomic"),
    "bluetooth": ("libbluetooth-dev", "bluez-dev"),
    "cairo": ("libcairo2-dev", "cairo-dev"),
    "crypto": ("libssl-dev", "openssl-dev"),
    "curl": ("libcurl4-openssl-dev", "curl-dev"),
    "enchant-2": ("libenchant-2-dev", "enchant2-dev"),
    "espeak-ng": ("libespeak-ng-dev", "espeak-ng-dev"),
    "gcc_s": ("libgcc-s1", "libgcc"),
    "gdal": ("libgdal-dev", "gdal-dev"),
    "geos_c": ("libgeos-dev", "geos-dev"),
    "gfortran": ("libgfortran5", "libgfortran"),
    "gio-2.0": ("libglib2.0-dev", "glib-dev"),
    "glib-2.0": ("libglib2.0-dev", "glib-dev"),
    "gobject-2.0": ("libglib2.0-dev", "glib-dev"),
    "gomp": ("libgomp1", "libgomp"),
    "hunspell-1.7": ("libhunspell-dev", "hunspell-dev"),
    "magic": ("libmagic-dev", "file-dev"),
    "opus": ("libopus-dev", "opus-dev"),
    "pango-1.0": ("libpango1.0-dev", "pango-dev"),
    "pangocairo-1.0": ("libpango1.0-dev", "pango-dev"),
    "pcap": ("libpcap-dev", "libpcap-dev"),
    "pcsclite": ("libpcsclite-dev", "pcsc-lite-dev"),
    "portaudio": ("portaudio19-dev", "portaudio-dev"),
    "quadmath": ("libquadmath0", "libquadmath"),
    "sndfile": ("libsndfile1-dev", "libsndfile-dev"),
    "sodium": ("libsodium-dev", "libsodium-dev"),
    "ssl": ("libssl-dev", "openssl-dev"),
    "stdc++": ("libstdc++6", "libstdc++"),
    "usb-1.0": ("libusb-1.0-0-dev", "libusb-dev"),
    "z": ("zlib1g-dev", "zlib-dev"),
    "zbar": ("libzbar-dev", "zbar-dev"),
}


def library_needs(sources: Sources, state: State) -> Iterator[Need]:
    """The packages of the libraries that the sources name, as far as the image may have them."""
    for name, place in sorted(sources.libraries.items()):
        stem, why = _stem(name), f"{place} loads {name}"
        if stem in _KNOWN:
            yield PackageNeed(*_KNOWN[stem], why)
        elif stem is not None and state.base.libc is not Libc.MUSL:
            yield from (PackageNeed(package, "", why) for package in _library(stem, state))


def links_of_headers(sources: Sources, state: State) -> tuple[str, ...]:
    """Libraries that are found only by a link that comes with their headers."""
    found: list[str] = []
    for name, place in sorted(sources.libraries.items()):
        stem = _stem(name)
        by_link = name.endswith(".so") or (
            ".so" not in name and stem not in _KNOWN and not _library(stem or "", state)
        )
        if stem is not None and by_link:
            found += [f"{place} finds {name} by a link of {package}" for package in _headers(stem, state)]
    return tuple(found)


def _stem(name: str) -> str | None:
    """`yaml-0` of `libyaml-0.so.2`, what find_library is given as it is; None for paths and for other systems."""
    if not name or "/" in name or name.endswith((".dll", ".dylib", ".pyd")):
        return None
    stem, shared, _ = name.partition(".so")
    return (stem.removeprefix("lib") if shared else stem).lower()


def _library(stem: str, state: State) -> list[str]:
    """The package that Debian's naming rule gives `lib<stem>.so.<number>`: libmagic1, libyaml-0-2."""
    dash = "-" if stem[-1:].isdigit() else ""
    form = re.compile(rf"lib{re.escape(stem.replace('_', '-'))}{dash}\d+[\d.]*(t64)?")
    return sorted(filter(form.fullmatch, _packages(state)))[:1]


def _headers(stem: str, state: State) -> list[str]:
    own = _KNOWN.get(stem, ("", ""))
    form = re.compile(rf"lib{re.escape(stem.replace('_', '-'))}-?[\d.]*-dev")
    return sorted(name for name in _packages(state) if name in own or form.fullmatch(name))[:1]


def _packages(state: State) -> frozenset[str]:
    """What the base has and what the file has installed."""
    own = state.base.packages if isinstance(state.base, BaseImage) else None
    return state.packages | (own or frozenset())


def is_headers(need: Need) -> bool:
    """Whether a need is for a package of headers, which stands for its libraries."""
    return isinstance(need, PackageNeed) and (need.apt or need.apk).endswith("-dev")
