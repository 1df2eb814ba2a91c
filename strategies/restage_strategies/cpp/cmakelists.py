"""CMake files as evidence: whether configuring and building write the project alone (the CMake reference)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

_COMMENT = re.compile(r"#[^\n]*")
_LONGEST = 200_000
_CALL = re.compile(r"([A-Za-z_]\w*)\s*\(")
_FETCHES = re.compile(
    r"FetchContent|ExternalProject|CPMAddPackage|CPMFindPackage|hunter_add_package|conan_|vcpkg|file\s*\(\s*DOWNLOAD",
    re.IGNORECASE,
)
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"?|([^\s"()]+)')
_ABSOLUTE = re.compile(r"(?:/|~|\$ENV\{|\$\{CMAKE_INSTALL_)|(?:[^/]+/)*\.\.(?:/|$)")
_WRITING = frozenset(
    "file configure_file add_custom_command add_custom_target execute_process export".split()
)
_LOOKING = frozenset("GLOB GLOB_RECURSE READ STRINGS TO_CMAKE_PATH REAL_PATH RELATIVE_PATH SIZE".split())
"""What `file` does without writing."""
_GENERATORS = frozenset(
    """
    ${CMAKE_COMMAND} cmake protoc protobuf::protoc ${Protobuf_PROTOC_EXECUTABLE} ${PROTOBUF_PROTOC_EXECUTABLE} xxd echo mkdir
    cp ${BISON_EXECUTABLE} ${FLEX_EXECUTABLE} bison flex touch ld ${CMAKE_LINKER} true
    """.split()
)
_ASKS = frozenset(
    "git ${GIT_EXECUTABLE} pkg-config ${PKG_CONFIG_EXECUTABLE} date uname hostname whoami id".split()
)
_CHANGES = frozenset("submodule clone checkout pull fetch reset init config apply".split())


def beyond_cmake(files: tuple[tuple[str, str], ...], given: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Why the CMake files of a project may write beyond it, or bring what nobody has read."""
    if not any(path.endswith("CMakeLists.txt") for path, _ in files):
        return ("no CMakeLists.txt is seen",)
    found = [
        f"-D{name}={value} names a place"
        for name, value in given
        if _is_output(name) and _ABSOLUTE.match(value)
    ]
    for path, text in files:
        found += [f"{posixpath.basename(path)}: {reason}" for reason in _beyond(_COMMENT.sub("", text))]
    return tuple(dict.fromkeys(found))


def _is_output(name: str) -> bool:
    return "OUTPUT" in name.upper() or "TOOLCHAIN" in name.upper()


def _beyond(text: str) -> Iterator[str]:
    if len(text) > _LONGEST:
        yield "it is too long to be read plainly"
        return
    fetches = _FETCHES.search(text)
    if fetches:
        yield f"{fetches[0]} brings sources that are not seen"
    for name, inner in _calls(text):
        words = [quoted or plain for quoted, plain in _WORD.findall(inner)]
        if name in _WRITING:
            yield from _of_writing(name, words)
        elif name in ("set", "set_target_properties", "set_property") and _is_output(" ".join(words)):
            place = next((word for word in words if _ABSOLUTE.match(word)), None)
            if place:
                yield f"{name} names {place}"


def _calls(text: str) -> Iterator[tuple[str, str]]:
    """Each command with the text between its parentheses."""
    at = 0
    while (found := _CALL.search(text, at)) is not None:
        depth, end = 1, found.end()
        while depth and end < len(text):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield found[1].lower(), text[found.end() : end - 1]
        at = end


def _of_writing(name: str, words: list[str]) -> Iterator[str]:
    if name == "file" and words[:1] and words[0].upper() in _LOOKING:
        return
    place = next((word for word in words if _ABSOLUTE.match(word)), None)
    if place:
        yield f"{name} names {place}"
    for at, word in enumerate(words[:-1]):
        if word.upper() != "COMMAND":
            continue
        program = words[at + 1]
        asks = program in _ASKS and not _CHANGES & {*words}
        if not (asks or (program in _GENERATORS and name != "execute_process")):
            yield f"{name} runs {program}"
