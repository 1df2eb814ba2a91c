import os
import sqlite3

from markupsafe import escape


def application(environ, start_response):
    with sqlite3.connect(os.path.join(os.environ["DATA"], "notes.db")) as connection:
        rows = connection.execute("SELECT text FROM note").fetchall()
    start_response("200 OK", [("Content-Type", "text/html")])
    return [escape(text).encode() for (text,) in rows]
