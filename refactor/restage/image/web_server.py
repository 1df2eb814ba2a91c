"""nginx's official image, where another web server is asked for: of its stable line, with the release named."""

from __future__ import annotations

from restage.image.base import BaseImage, base_image
from restage.image.reference import parse_reference, with_name_tag
from restage.image.shards import shard
from restage.image.tags import release_key
from restage.image.twins import row_of

WEB_ROOT = "/usr/share/nginx/html"
"""Where the image's own configuration looks for a site."""

SITE_CONF = "/etc/nginx/conf.d/default.conf"
"""The image's one site; its nginx.conf includes it inside `http`."""

MAIN_CONF = "/etc/nginx/nginx.conf"


def web_server(base: BaseImage) -> BaseImage | None:
    """nginx from where the base comes from: on Alpine if that is the base's, else on the newest Debian.

    The tag moves with nginx's stable line and never to another release (`nginx:stable-trixie`). None: no such image.
    """
    releases = (shard("images/nginx") or {}).get("releases", {})
    distro = "alpine" if base.distro == "alpine" else "debian"
    found = [tag for name in releases if (tag := _published(name, distro))]
    newest = max(found, key=lambda tag: release_key(tag.removeprefix("stable-alpine")), default=None)
    reference = parse_reference(with_name_tag(base.reference, "nginx", newest)) if newest else None
    image = base_image(reference) if reference else None
    return image if isinstance(image, BaseImage) else None


def _published(system: str, distro: str) -> str | None:
    """The tag of the stable line on a release, while it is published there."""
    name, _, release = system.partition(":")
    tag = f"stable-alpine{release}" if name == "alpine" else f"stable-{release}"
    row = row_of("nginx", tag) if name == distro else None
    return tag if row is not None and row.release == system and row.last is None else None
