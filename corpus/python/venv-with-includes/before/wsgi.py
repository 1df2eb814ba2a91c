import os
import sys

from markupsafe import escape


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/html")])
    return [f"{escape('<venv>')} {sys.prefix} {os.environ['RELEASE']}".encode()]
