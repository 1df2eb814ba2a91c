"""A plan that puts another web server in the place of the original's is verified for what is served, and nothing less."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from filesystems import files
from projects import write_files
from restage.catalog import strategies
from restage.engine import Request, Rewritten, refactor
from restage.verify import planned
from restage.verify.another_server import its_own
from restage.verify.compare import Announced, Difference, compare_contracts, compare_runs
from restage.verify.failures import sentence
from restage.verify.files import Promise, compare_files
from restage.verify.filesystem import EMPTY
from restage.verify.images import ImageConfig
from restage.verify.probes import Answer, HttpProbe
from restage.verify.runs import Seen

NGINX = Announced(server="nginx")


def answer(head: str = "HTTP 200", body: str = "<p>one</p>", **headers: str) -> Answer:
    told = {"Content-Type": "text/html; charset=utf-8", **headers}
    return Answer(
        HttpProbe(80), head, tuple((name.replace("_", "-"), text) for name, text in told.items()), body
    )


def differences(one: Answer, other: Answer, announced: Announced = NGINX) -> tuple[Difference, ...]:
    before, after = Seen(None, "serving", "", (one,)), Seen(None, "", "nginx log", (other,))
    return compare_runs([before], [after], announced)


def test_headers_and_logs_are_the_servers_own() -> None:
    other = answer(Content_Type="text/html", Server="nginx", Cache_Control="no-cache")
    assert differences(answer(X_Powered_By="serve"), other) == ()
    assert differences(answer(X_Powered_By="serve"), other, Announced()) != ()


@pytest.mark.parametrize(
    "other",
    [
        answer(body="<p>two</p>"),
        answer(Content_Type="text/plain"),
        answer("HTTP 404"),
        answer("HTTP 301", body=""),
        answer("HTTP 500"),
    ],
)
def test_status_kind_and_text_have_to_be_the_same(other: Answer) -> None:
    assert differences(answer(), other) != ()


def test_pages_for_errors_are_the_servers_own() -> None:
    assert differences(answer("HTTP 404", "serve: not found"), answer("HTTP 404", "<h1>404</h1>")) == ()
    assert differences(answer("HTTP 404"), answer("HTTP 403")) != ()


def test_the_verdict_says_what_was_not_compared() -> None:
    assert its_own("nginx")[0].startswith("nginx serves in the place of")
    assert its_own("") == ()


def test_both_names_of_javascript_are_one() -> None:
    one, other = (answer(Content_Type=f"{kind}/javascript") for kind in ("application", "text"))
    assert differences(one, other) == ()


BEFORE = ImageConfig(
    {}, ("node",), ("serve",), "", "/app", frozenset({"3000/tcp"}), frozenset(), {"a": "b"}, "", "", (), ()
)
AFTER = replace(
    BEFORE,
    entrypoint=("/docker-entrypoint.sh",),
    command=("nginx",),
    directory="/",
    stopsignal="SIGQUIT",
    exposed=frozenset({"80/tcp", "3000/tcp"}),
)


def test_how_it_starts_and_stops_is_the_servers_own() -> None:
    assert compare_contracts(BEFORE, AFTER, NGINX) == ()
    assert compare_contracts(replace(BEFORE, user="root", environment={"NODE_ENV": "a"}), AFTER, NGINX) == ()
    assert len(compare_contracts(BEFORE, AFTER, Announced())) == 5


@pytest.mark.parametrize(
    "changed",
    [
        {"labels": {}},
        {"exposed": frozenset({"80/tcp"})},
        {"volumes": frozenset({"/data"})},
        {"healthcheck": "{}"},
        {"user": "node"},
        {"environment": {"A": "1"}},
    ],
)
def test_what_the_author_says_stays(changed: dict[str, object]) -> None:
    fields = {name: getattr(AFTER, name) for name in AFTER.__dataclass_fields__}
    assert compare_contracts(BEFORE, ImageConfig(**{**fields, **changed}), NGINX) != ()


def rewritten(folder: Path) -> Rewritten:
    manifest = {"scripts": {"build": "vite build"}, "devDependencies": {"vite": "5.3.3"}}
    conf = "server { listen 3000; root /var/www; location / { try_files $uri /index.html; } }"
    write_files(folder, {"package.json": manifest, "nginx.conf": conf})
    text = (
        "FROM node:20\nENV PATH=/app/bin:$PATH MODE=a\nWORKDIR /app\nCOPY . .\nRUN npm install\nRUN npm run build\n"
        "CMD npx serve -s dist\n"
    )
    request = Request(folder / "Dockerfile", text.encode(), folder, options=(("site-server", "nginx"),))
    found = refactor(request, strategies()).result
    assert isinstance(found, Rewritten), found
    return found


def test_the_plan_tells_what_verifying_may_pass_over(tmp_path: Path) -> None:
    plan = rewritten(tmp_path)
    found = planned.announced(plan)
    assert {"NODE_VERSION", "YARN_VERSION", "MODE"} <= found.variables
    assert found.path_entries == {"/app/bin"} and "NGINX_VERSION" in found.added
    assert planned.moved(plan) == (("/app/dist", "/var/www"),)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({"/var/www/index.html": "page", "/var/www/a/b.js": "code"}, []),
        ({"/var/www/index.html": "page"}, ["/app/dist/a"]),
        ({"/var/www/index.html": "another", "/var/www/a/b.js": "code"}, ["/app/dist/index.html"]),
        ({"/app/dist/index.html": "page", "/app/dist/a/b.js": "code"}, ["/app/dist"]),
    ],
)
def test_every_file_of_the_site_is_looked_for_in_its_new_place(
    tmp_path: Path, after: dict[str, str], said: list[str]
) -> None:
    before = files({"/app/dist/index.html": "page", "/app/dist/a/b.js": "code", "/app/server.js": "x"})
    plan = rewritten(tmp_path)
    promise = Promise(planned.explained(plan), moved=planned.moved(plan))
    found = [sentence(failure) for failure in compare_files(before, EMPTY, files(after), promise).failures]
    assert len(found) == len(said) and all(part in text for part, text in zip(said, found, strict=True))
