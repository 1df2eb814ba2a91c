import psycopg2
from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return f"bread, by libpq {psycopg2.extensions.libpq_version()}"
