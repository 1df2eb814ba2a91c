import platform

from flask import Flask

app = Flask(__name__)


@app.get("/")
def release() -> str:
    return f"Python {'.'.join(platform.python_version_tuple()[:2])}\n"
