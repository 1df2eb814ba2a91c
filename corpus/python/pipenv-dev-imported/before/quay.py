from iniconfig import IniConfig
from itsdangerous import Signer

NAME = IniConfig("quay.ini")["quay"]["name"]


def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [Signer("quay").sign(NAME)]
