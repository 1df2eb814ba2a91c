import markdown
import yaml
from flask import Flask

app = Flask(__name__)


@app.get("/")
def index():
    return markdown.markdown(yaml.safe_load("text: '*hello*'")["text"])
