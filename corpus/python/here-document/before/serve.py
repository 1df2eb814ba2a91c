import getpass
import mimetypes
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psycopg2

EDITION = Path.home() / "edition.txt"


class Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        said = [EDITION.read_text().strip(), EDITION.owner(), getpass.getuser(), psycopg2.__version__]
        body = "\n".join([*said, str(mimetypes.guess_type("a.webmanifest")[0])]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


HTTPServer(("", 8000), Page).serve_forever()
