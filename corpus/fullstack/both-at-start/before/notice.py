from flask import Flask

app = Flask(__name__)


@app.get("/text")
def text():
    return "The pool opens again in **May**."
