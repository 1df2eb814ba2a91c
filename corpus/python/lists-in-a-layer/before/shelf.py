import subprocess

from markupsafe import escape


def application(environ, start_response):
    shown = subprocess.run(["tree", "--noreport", "books"], capture_output=True, text=True, check=True).stdout
    start_response("200 OK", [("Content-Type", "text/html")])
    return [f"<pre>{escape(shown)}</pre>".encode()]
