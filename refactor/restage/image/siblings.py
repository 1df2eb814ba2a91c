"""The runtime sibling of a base image: the smaller image on the same release, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from restage.image.base import BaseImage, UnknownBase, Variant, base_image
from restage.image.jre import WITH_JRE, jre_tag
from restage.image.programs import base_programs
from restage.image.reference import parse_reference, with_name_tag
from restage.image.twins import release_tag, row_of, slim_tag
from restage.record import Record


class Sibling(Record):
    """The image to run in, beside the base to build in.

    `reference_text` is written in the style of the base's. `builder_reference_text` is the base re-tagged
    with its release, where it floats and the sibling names the release; None: the base stays as it is.
    `lost_packages` is None where the packages of one of the two are not known. `lost_env` are variables that
    only the base sets, `lost_path_entries` the entries of PATH that only it has, `lost_paths` the directories
    of a toolchain that the sibling doesn't have.
    """

    reference_text: str
    base: BaseImage
    builder_reference_text: str | None
    lost_packages: frozenset[str] | None
    lost_env: tuple[str, ...]
    lost_path_entries: tuple[str, ...]
    lost_paths: tuple[str, ...]
    lost_programs: frozenset[str]
    varying_env: tuple[str, ...] = ()
    """Variables that both set, each with its own value, which the table does not tell (`JAVA_VERSION`)."""
    entrypoints: frozenset[tuple[str, ...]] = frozenset()
    """The ENTRYPOINTs of the two, where both exec any command as it is: one stands in for the other."""


class NoSibling(Record):
    """No smaller image stands in for the base, and why."""

    why: str


_WITH_SLIM = frozenset({"node", "python", "ruby"})
_TOOLCHAIN_PATHS: Mapping[str, tuple[str, ...]] = {
    "gcc": ("/usr/local/lib/gcc", "/usr/local/lib64", "/usr/local/libexec/gcc"),
    "golang": ("/usr/local/go", "/go"),
    "rust": ("/usr/local/rustup", "/usr/local/cargo"),
}


@lru_cache(maxsize=64)
def sibling(base: BaseImage) -> Sibling | NoSibling:
    """The runtime sibling, looked up in the table: same release, and published as long as the base."""
    if base.reference.digest:
        return NoSibling("a digest pins the base, and the digest of another image is not known")
    if base.config.onbuild or base.variant is Variant.OTHER:
        return NoSibling("the base is a variant with a purpose of its own")
    if base.family in _WITH_SLIM:
        return _slim(base)
    if base.family in _TOOLCHAIN_PATHS:
        return _plain(base)
    if base.family in WITH_JRE or base.family == "maven":
        return _jre(base)
    return NoSibling(f"no smaller image stands in for {base.family}")


def siblings(base: BaseImage) -> tuple[Sibling, ...] | NoSibling:
    """What `sibling` finds, the smallest first: an image with programs added may lose these, or keep them."""
    answers = (*_without_additions(base), sibling(base))
    found = tuple(answer for answer in answers if isinstance(answer, Sibling))
    return found or next(answer for answer in answers if isinstance(answer, NoSibling))


def _without_additions(base: BaseImage) -> Iterator[Sibling | NoSibling]:
    """The official image below, where it is still what the programs were added to."""
    below = base.derivation
    if below is None or base.reference.digest or base.family not in _WITH_SLIM:
        return
    if not below.exact or not base.named_release:
        yield NoSibling("which state of the official image it was made from is not told")
        return
    parent = base_image(below.parent)
    if isinstance(parent, BaseImage):
        tag = slim_tag(parent) if parent.variant is Variant.FULL else parent.reference.tag
        if tag is not None:
            yield _compared(base, with_name_tag(parent.reference, parent.reference.name, tag), None)


def _slim(base: BaseImage) -> Sibling | NoSibling:
    if base.variant is Variant.FULL and base.derivation is not None:
        return _compared(
            base, with_name_tag(base.reference, base.reference.name, f"{base.reference.tag}-slim"), None
        )
    if base.variant is not Variant.FULL:
        return NoSibling("the base is the small variant already")
    tag = slim_tag(base)
    if tag is None:
        return NoSibling(f"the slim variant of this tag does not exist on {base.release}")
    return _compared(base, with_name_tag(base.reference, base.reference.name, tag), None)


def _plain(base: BaseImage) -> Sibling | NoSibling:
    """A compiled language runs on the plain release; a base that floats has to name its release too."""
    name, tag = ("alpine", base.release) if base.distro == "alpine" else ("debian", f"{base.release}-slim")
    row = row_of(name, tag)
    if row is None or row.release != base.system:
        return NoSibling(f"{name}:{tag} does not exist")
    builder: str | None = None
    if base.floats:
        pinned = release_tag(base)
        if pinned is None:
            return NoSibling(f"the base floats, and no tag of it names {base.release}")
        builder = with_name_tag(base.reference, base.reference.name, pinned)
    return _compared(base, with_name_tag(base.reference, name, tag), builder)


def _jre(base: BaseImage) -> Sibling | NoSibling:
    found = jre_tag(base)
    if found is None:
        return NoSibling(f"no JRE of the same vendor, major and release stands beside {base.reference.text}")
    return _compared(base, with_name_tag(base.reference, *found), None)


def _compared(base: BaseImage, text: str, builder: str | None) -> Sibling | NoSibling:
    reference = parse_reference(text)
    runtime = base_image(reference) if reference else None
    if runtime is None or isinstance(runtime, UnknownBase):
        return NoSibling(f"{text} is not known well enough")
    changed = _changed(base, runtime)
    if changed is not None:
        return NoSibling(f"{text} sets another {changed}")
    had, keeps = _packages(base), _packages(runtime)
    programs, kept_programs = base_programs(base), base_programs(runtime)
    if programs is None or kept_programs is None:
        return NoSibling(f"the programs in {base.family} on {base.release} are not known")
    path = (base.config.env["PATH"] or "").split(":")
    kept = (runtime.config.env["PATH"] or "").split(":")
    return Sibling(
        reference_text=text,
        base=runtime,
        builder_reference_text=builder,
        lost_packages=None if had is None or keeps is None else had - keeps,
        lost_env=tuple(name for name in base.config.env if name not in runtime.config.env),
        lost_path_entries=tuple(entry for entry in path if entry not in kept),
        lost_paths=(*_TOOLCHAIN_PATHS.get(base.family, ()), *_additions(base, runtime)),
        lost_programs=programs - kept_programs,
        varying_env=tuple(
            n for n, value in base.config.env.items() if value is None and n in runtime.config.env
        ),
        entrypoints=_transparent_entrypoints(base, runtime),
    )


def _additions(base: BaseImage, runtime: BaseImage) -> tuple[str, ...]:
    return base.derivation.programs if base.derivation and runtime.derivation is None else ()


def _transparent_entrypoints(base: BaseImage, runtime: BaseImage) -> frozenset[tuple[str, ...]]:
    both = base.entrypoint_transparent and runtime.entrypoint_transparent
    return frozenset({base.config.entrypoint, runtime.config.entrypoint}) if both else frozenset()


def _packages(base: BaseImage) -> frozenset[str] | None:
    """All packages of the image, or those that its Dockerfile adds to the distribution's own, as both do."""
    return base.packages or base.own_packages or None


def _changed(base: BaseImage, runtime: BaseImage) -> str | None:
    """What both images set and not alike, or may: there is no telling who relies on it."""
    own, other = base.config, runtime.config
    for name, value in own.env.items():
        differs = value != other.env.get(name, value) or (name == "JAVA_HOME" and value is None)
        if differs and name != "PATH":
            return name
    return None if (own.volumes, own.user) == (other.volumes, other.user) else "volume or user"
