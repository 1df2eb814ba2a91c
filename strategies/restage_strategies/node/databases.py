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


def _texts(site: Site) -> Iterator[str]:
    tree = site.state.tree
    for folder in _FOLDERS:
        here = site.state.path(folder).path
        for name in tree.entries(here):
            text = tree.text(posixpath.join(here, name)) if _SETTINGS.match(name) else None
            if text is not None and len(text) < _LARGEST:
                yield text
