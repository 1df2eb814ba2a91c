from pathlib import Path


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    tick = Path("/tmp/tick")
    return [tick.read_bytes() if tick.exists() else b"waiting"]
