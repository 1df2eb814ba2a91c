"""What the project's own build scripts may write (the Cargo book: output belongs into OUT_DIR)."""

from __future__ import annotations

import re

from restage.api import Basis, Claim, ClaimKind, Evidence, Region
from restage_strategies.rust.package import Package
from restage_strategies.rust.workspace import Workspace

_WRITES = re.compile(
    r"File::create|fs::(?:write|copy|rename|create_dir|remove)|create_dir_all|OpenOptions|Command::new|cmd!|"
    r"\.out_dir\(|\.out_dir_path\(|copy_items|dircpy|fs_extra|npm_rs|NpmEnv|write_to_file|cbindgen"
)


def written_by_scripts(space: Workspace) -> tuple[tuple[Claim, ...], tuple[Region, ...] | None]:
    """The claim and the places of build scripts that may write into the tree; None: the whole image's top."""
    writing = [path for package in space.all_packages if (path := writing_script(package))]
    if not writing:
        return (), ()
    root = Region(space.root or space.directory)
    if root.path == "/":
        return (), None
    names = ", ".join(path.removeprefix(root.path + "/") for path in writing[:3])
    evidence = Evidence(Basis.SEARCH, f"{names} runs in its package and may write below {root}")
    return (Claim(ClaimKind.BOUNDED_WRITES, f"build scripts of {root}", evidence),), (root,)


def writing_script(package: Package) -> str | None:
    """The path of a package's build script, if that may write beside OUT_DIR; so may packages on disk that it calls."""
    path = package.build_script
    if path is None:
        return None
    text = package.tree.text(path)
    calls_own = any(d.path or d.inherited for d in package.manifest.build_dependencies)
    return path if text is None or calls_own or _WRITES.search(text) else None
