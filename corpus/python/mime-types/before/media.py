import mimetypes

from bottle import route, run


@route("/<name>")
def kind(name: str) -> str:
    return str(mimetypes.guess_type(name)[0])


run(host="0.0.0.0", port=5000, quiet=True)
