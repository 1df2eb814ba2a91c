import os
import sqlite3

with sqlite3.connect(os.path.join(os.environ["DATA"], "notes.db")) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS note (text TEXT)")
    connection.execute("INSERT INTO note VALUES ('<first>')")
