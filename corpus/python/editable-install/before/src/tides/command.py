from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import click


class Tides(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write((Path(__file__).parent / "table.txt").read_bytes())


@click.command()
@click.option("--port", type=int)
def main(port: int) -> None:
    HTTPServer(("", port), Tides).serve_forever()
