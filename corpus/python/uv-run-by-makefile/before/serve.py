from http.server import BaseHTTPRequestHandler, HTTPServer

from tides import high


class Tides(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(high().encode())


HTTPServer(("", 8080), Tides).serve_forever()
