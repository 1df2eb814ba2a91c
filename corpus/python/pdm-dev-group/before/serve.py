from http.server import BaseHTTPRequestHandler, HTTPServer

from itsdangerous import Signer


class Tides(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(Signer("harbour").sign("high"))


HTTPServer(("", 8080), Tides).serve_forever()
