"""nginx's configuration: read as nginx reads it, and understood as far as it only serves a site."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.planning.site_conf import SiteConf, Unfit, read_site_conf
from restage.project.readers.nginx import BadNginx, Directive, read_nginx

PIECES = st.sampled_from(
    """server { } ; listen 80 root /srv location / try_files $uri /index.html "a b" 'it''s' # \n \\ \\" ${x} $ " ' ~* \\.js$
    http events include mime.types; map types return 301 index alias geo set $a 1; error_page = @x 99999999""".split(
        " "
    )
)
SITE = "server {{ listen 80; root /srv; {} }}"


def words(text: str) -> list[tuple[str, ...]]:
    read = read_nginx(text)
    assert not isinstance(read, BadNginx), read
    return [one.words for one in read]


def test_words_are_those_that_nginx_reads() -> None:
    assert words("a b  c;d # e;\n;") == [("a", "b", "c"), ("d",)]
    assert words("""a "b c;" 'd "e' "f\\"g";""") == [("a", "b c;", 'd "e', 'f"g')]
    assert words("a ${b}c $d;") == [("a", "${b}c", "$d")]
    assert words(r"rewrite ^/x\;y$ /a#b;") == [("rewrite", "^/x;y$", "/a#b")]
    assert words("a b\n\tc\r\n;") == [("a", "b", "c")]


def test_blocks_hold_their_directives_and_know_their_lines() -> None:
    text = "# one\nserver {\n  location / {\n    root /srv;\n  }\n}\n"
    root = Directive(4, ("root", "/srv"))
    assert read_nginx(text) == (Directive(2, ("server",), (Directive(3, ("location", "/"), (root,)),)),)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("server {\n listen 80;\n", 1),
        ("server {\n listen 80\n}\n", 3),
        ("listen 80;\n}\n", 2),
        ("a b;\n;\n", 2),
        ("a b;\n{ }\n", 2),
        ("a 'b;\n", 1),
        ("a\n\nb", 1),
        ("a {" * 60, 1),
        ("a \\", 1),
    ],
)
def test_what_nginx_refuses_is_refused_with_its_line(text: str, line: int) -> None:
    read = read_nginx(text)
    assert isinstance(read, BadNginx) and read.line == line, read


@given(st.one_of(st.text(), st.lists(PIECES).map(" ".join)))
def test_any_text_is_read_or_refused(text: str) -> None:
    read, site = read_nginx(text), read_site_conf(text)
    last = text.count("\n") + 1
    if isinstance(read, BadNginx):
        assert 1 <= read.line <= last and isinstance(site, Unfit)
    if isinstance(site, Unfit):
        assert site.why and 1 <= site.line <= last
    else:
        assert site.root.startswith("/") and site.ports


@pytest.mark.parametrize("piece", ["a{", "'", "a ", "\\", "${", "a;\n"])
def test_a_long_text_takes_no_longer_than_its_length(piece: str) -> None:
    assert read_nginx(piece * (2_000_000 // len(piece))) is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SITE.format(""), SiteConf(False, "/srv", frozenset({80}), False)),
        ("server { root /srv/; }", SiteConf(False, "/srv", frozenset({80}), False)),
        (SITE.format("location / { try_files $uri /index.html; }"), SiteConf(False, "/srv", frozenset({80}), True)),
        (SITE.format("try_files $uri $uri/ /index.html =404;"), SiteConf(False, "/srv", frozenset({80}), True)),
        (SITE.format("error_page 404 =200 /index.html;"), SiteConf(False, "/srv", frozenset({80}), True)),
        (SITE.format("error_page 404 /index.html;"), SiteConf(False, "/srv", frozenset({80}), False)),
        (SITE.format("location /a { try_files $uri /index.html; }"), SiteConf(False, "/srv", frozenset({80}), False)),
        (
            "server { listen 3000; listen [::]:3000 ipv6only=on; location / { root /usr/share/nginx/html; }"
            " location = /50x.html { root /usr/share/nginx/html; } }",
            SiteConf(False, "/usr/share/nginx/html", frozenset({3000}), False),
        ),
        (
            "user www-data; events { } http { include mime.types; server { listen *:8080; root /app/dist; } }",
            SiteConf(True, "/app/dist", frozenset({8080}), False),
        ),
        (
            "map $uri $kept { default off; } server { root /srv; expires $kept; location ~ ^/(?<year>\\d+)/ {"
            " add_header X-Year $year; } location = /health { return 200 'fine'; } }",
            SiteConf(False, "/srv", frozenset({80}), False),
        ),
    ],
)  # fmt: skip
def test_a_site_is_understood(text: str, expected: SiteConf) -> None:
    assert read_site_conf(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no server block"),
        (SITE.format("") * 2, "2 server blocks"),
        ("server { listen 80; }", "one root"),
        ("server { root srv; }", "no absolute path"),
        ("server { root $here; }", r"\$here"),
        (SITE.format("location /a { root /other; }"), "one root"),
        ("server { location / { root /srv; } location ~ js$ { expires 1y; } }", "one root"),
        (SITE.format("location /files { alias /data; }"), "`alias /data`"),
        (SITE.format("location /api { proxy_pass http://api; }"), "`proxy_pass"),
        (SITE.format("location /php { fastcgi_pass php:9000; }"), "`fastcgi_pass"),
        (SITE.format("include /etc/nginx/extra.conf;"), "`include /etc/nginx/extra.conf`"),
        (SITE.format("brotli on;"), "`brotli on`"),
        (SITE.format("auth_basic_user_file /etc/passwords;"), "`auth_basic_user_file"),
        (SITE.format("content_by_lua_block { ngx.say(1); }"), "content_by_lua_block"),
        (SITE.format("access_log /data/access.log;"), "`access_log"),
        (SITE.format("return 301 https://example.com;"), "`return`"),
        (SITE.format("location / { rewrite ^ /b; }"), "`rewrite`"),
        (SITE.format("location / { deny all; }"), "`deny`"),
        (SITE.format("index home.html;"), "index.html"),
        (SITE.format("add_header X-Backend $backend;"), r"\$backend"),
        ("server { listen ${PORT}; root /srv; }", "listen"),
        ("server { listen 127.0.0.1:80; root /srv; }", "listen"),
        ("server { listen 443 ssl; ssl_certificate /a.pem; root /srv; }", "listen 443 ssl"),
        ("sendfile on; server { root /srv; }", "outside of `server`"),
        ("upstream a { server b; } server { root /srv; }", "`server b`|`upstream a`"),
        ("http { include mime.types; server { root /srv; } }", "events"),
        ("events { } http { server { root /srv; } }", "mime.types"),
        ("daemon off; events { } http { include mime.types; server { root /srv; } }", "`daemon off`"),
        ("user app; events { } http { include mime.types; server { root /srv; } }", "`user app`"),
        (
            "events { } http { include mime.types; include /etc/nginx/conf.d/*.conf; server { root /srv; } }",
            "conf.d",
        ),
        ("server { root /srv", "does not end|not closed"),
    ],
)
def test_what_may_need_more_than_the_site_or_answers_otherwise_is_unfit(text: str, why: str) -> None:
    found = read_site_conf(text)
    assert isinstance(found, Unfit), found
    assert re.search(why, found.why), found.why
