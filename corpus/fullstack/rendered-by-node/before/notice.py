import subprocess

from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return subprocess.run(["node", "page/render.js"], check=True, capture_output=True).stdout
