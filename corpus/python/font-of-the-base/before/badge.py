"""Answers with a badge that holds the words of the path."""

import io
from http.server import BaseHTTPRequestHandler, HTTPServer

from PIL import Image, ImageDraw, ImageFont

FONT = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 20)


class Badge(BaseHTTPRequestHandler):
    def do_GET(self):
        picture = Image.new("RGB", (240, 40), "white")
        ImageDraw.Draw(picture).text((8, 8), self.path, font=FONT, fill="black")
        data = io.BytesIO()
        picture.save(data, "PNG")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(data.getvalue())


HTTPServer(("", 8000), Badge).serve_forever()
