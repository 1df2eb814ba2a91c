"""Where a migration in a RUN puts its data: a file outside the project, or tables of a server or of the project's own."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from restage.api import Region, region
from restage_strategies.node.calls import ProgramCall
from restage_strategies.node.site import Site

_TOOLS = frozenset(
    """prisma knex sequelize sequelize-cli typeorm typeorm-ts-node-commonjs typeorm-ts-node-esm mikro-orm mikro-orm-esm
    drizzle-kit db-migrate umzug""".split()
)
_ADDRESS = re.compile(r"""(?:file:|sqlite:(?://)?)(/[^?\s'"`]{1,200})""")
_FILE = re.compile(r"""['"`](/[^'"`\n/][^'"`\n]{0,200}\.(?:sqlite3?|db3?))['"`?]""")
_SETTINGS = re.compile(r".*\.(?:[cm]?[jt]s|json|prisma|ya?ml)$|\.env[\w.]*$|\.sequelizerc$")
_FOLDERS = (".", "prisma", "config", "db", "database", "src", "src/config", "src/db", "src/database")
_LARGEST = 40_000


def database_outside(call: ProgramCall, site: Site) -> Region | None:
    """A database file outside the working directory that settings of a migration name."""
    if call.name not in _TOOLS or call.arguments[:1] in (("generate",), ("format",), ("validate",)):
        return None
    told = [path for text in _texts(site) for pattern in (_ADDRESS, _FILE) for path in pattern.findall(text)]
    told += [path for value in site.state.environment.values() for path in _ADDRESS.findall(value or "")]
    here = region(site.directory)
    places = (region(path) for path in told if not path.startswith("/tmp/"))
    return next((place for place in places if not here.covers(place)), None)


_SHARED = frozenset(
    ("/", "/tmp", "/var", "/var/lib", "/etc", "/opt", "/srv", "/home", "/usr", "/usr/local", "/mnt")
)
_ASKED = re.compile(r"""\bdatasource\s[^}]{0,2000}\burl\s{0,20}=\s{0,20}env\(\s{0,4}["'](\w{1,80})["']""")
_MAKING = (("db",), ("migrate",))


def database_made(call: ProgramCall, site: Site) -> Region | None:
    """What Prisma surely makes of SQLite's database outside the project: its directory, for files beside it; else None.

    A variable of the image that the schema asks for has to name it: of settings any part may be meant for other places.
    """
    if call.name != "prisma" or call.arguments[:1] not in _MAKING:
        return None
    asked = {name for text in _texts(site) for name in _ASKED.findall(text)}
    told = [
        path for name in sorted(asked) for path in _ADDRESS.findall(site.state.environment.get(name) or "")
    ]
    if len(told) != 1:
        return None
    folder = posixpath.dirname(posixpath.normpath(told[0]))
    return region(told[0]) if folder in _SHARED or folder == site.state.home else region(folder)


def _texts(site: Site) -> Iterator[str]:
    tree = site.state.tree
    for folder in _FOLDERS:
        here = site.state.path(folder).path
        for name in tree.entries(here):
            text = tree.text(posixpath.join(here, name)) if _SETTINGS.match(name) else None
            if text is not None and len(text) < _LARGEST:
                yield text
