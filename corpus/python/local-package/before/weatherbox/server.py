from pathlib import Path

from bottle import route, run, template

PAGE = Path(__file__).parent / "pages" / "sky.tpl"


@route("/")
def index() -> str:
    return template(PAGE.read_text(), sky="blue")


def main() -> None:
    run(host="0.0.0.0", port=8080, quiet=True)
