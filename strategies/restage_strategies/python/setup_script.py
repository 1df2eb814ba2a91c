"""What a setup.py hands to setup(), read from its syntax tree; nothing of it is run."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from restage.api import Record
from restage_strategies.python.syntax import parse_source, string_value

if TYPE_CHECKING:
    import libcst


class SetupScript(Record):
    """The keywords of setup() that say what an install asks for; `unread` says what could not be told."""

    install_requires: tuple[str, ...] = ()
    extras_require: tuple[tuple[str, tuple[str, ...]], ...] = ()
    console_scripts: tuple[str, ...] = ()
    data_files: tuple[str, ...] = ()
    """Directories that data files go to, below the prefix where they are relative; an empty one may be any."""
    unread: tuple[str, ...] = ()


@lru_cache(maxsize=32)
def read_setup_script(text: str) -> SetupScript:
    """Read setup(...): lists written out, or names that a list written out is bound to."""
    if len(text) > 200_000:
        return SetupScript(unread=("setup.py is too long to be read",))
    module = parse_source(text)
    if module is None:
        return SetupScript(unread=("setup.py can't be read as Python",))
    names, keywords = _names_and_keywords(module)
    if keywords is None:
        return SetupScript()
    install = _strings(keywords.get("install_requires"), names)
    extras = _mapping(keywords.get("extras_require"), names)
    scripts = dict(_mapping(keywords.get("entry_points"), names) or ()).get("console_scripts", ())
    unread = [] if install is not None else ["setup.py computes install_requires"]
    # Extension modules are compiled against whatever the image has.
    unread += (
        ["setup.py compiles extension modules"] if {"ext_modules", "cffi_modules"} & keywords.keys() else []
    )
    data = _targets(keywords.get("data_files"), names)
    return SetupScript(install or (), extras or (), scripts, data, tuple(unread))


Names = dict[str, "libcst.BaseExpression"]


def _names_and_keywords(module: libcst.Module) -> tuple[Names, Names | None]:
    import libcst
    import libcst.matchers as m

    names: Names = {}
    for assign in m.findall(module, m.Assign(targets=[m.AssignTarget(target=m.Name())])):
        if isinstance(assign, libcst.Assign) and isinstance(name := assign.targets[0].target, libcst.Name):
            names[name.value] = assign.value
    calls = m.findall(module, m.Call(func=m.Name("setup") | m.Attribute(attr=m.Name("setup"))))
    for call in calls:
        if isinstance(call, libcst.Call):
            given = {arg.keyword.value: arg.value for arg in call.args if arg.keyword is not None}
            for starred in (arg.value for arg in call.args if arg.star == "**"):
                given |= _dictionary(starred, names)
            return names, given
    return names, None


def _strings(node: libcst.BaseExpression | None, names: Names, depth: int = 4) -> tuple[str, ...] | None:
    import libcst

    match node:
        case None:
            return ()
        case libcst.Name(value=name) if name in names and depth:
            return _strings(names[name], names, depth - 1)
        case libcst.List(elements=elements) | libcst.Tuple(elements=elements):
            parts = [string_value(element.value) for element in elements]
            return tuple(part for part in parts if part is not None) if None not in parts else None
        case libcst.SimpleString() | libcst.ConcatenatedString() if (text := string_value(node)) is not None:
            return tuple(text.splitlines())
        case libcst.BinaryOperation(left=left, operator=libcst.Add(), right=right):
            first, second = _strings(left, names, depth), _strings(right, names, depth)
            return first + second if first is not None and second is not None else None
        case _:
            return None


def _targets(node: libcst.BaseExpression | None, names: Names) -> tuple[str, ...]:
    """Directories of `[("share/x", ["a", "b"])]`; one for which the files are computed may be absent, so any may be meant."""
    import libcst

    if isinstance(node, libcst.Name):
        node = names.get(node.value, node)
    if node is None:
        return ()
    if not isinstance(node, libcst.List | libcst.Tuple):
        return ("",)
    found = list[str]()
    for element in node.elements:
        match element.value:
            case libcst.Tuple(elements=[target, files]) if (folder := string_value(target.value)) is not None:
                listed = _strings(files.value, names)
                found += [folder] if listed else [""] if listed is None else []
            case _:
                found.append("")
    return tuple(dict.fromkeys(found))


def _mapping(
    node: libcst.BaseExpression | None, names: Names
) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    if node is None:
        return ()
    found = [(key, _strings(value, names)) for key, value in _dictionary(node, names).items()]
    return tuple((key, value) for key, value in found if value is not None)


def _dictionary(node: libcst.BaseExpression, names: Names) -> Names:
    import libcst

    if isinstance(node, libcst.Name) and isinstance(bound := names.get(node.value), libcst.Dict):
        node = bound
    if not isinstance(node, libcst.Dict):
        return {}
    pairs = [element for element in node.elements if isinstance(element, libcst.DictElement)]
    return {key: pair.value for pair in pairs if (key := string_value(pair.key)) is not None}
