from bottle import route, run


@route("/")
def index() -> str:
    return "locked"


if __name__ == "__main__":
    run(host="0.0.0.0", port=8000, quiet=True)
