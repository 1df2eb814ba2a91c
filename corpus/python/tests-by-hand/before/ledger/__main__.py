from http.server import BaseHTTPRequestHandler, HTTPServer

import psycopg2


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            psycopg2.connect("host=127.0.0.1 port=1 connect_timeout=1")
        except psycopg2.OperationalError as error:
            self.wfile.write(f"no database: {type(error).__name__}\n".encode())


HTTPServer(("", 8000), Handler).serve_forever()
