import time

import psycopg2

print(psycopg2.__version__, time.tzname)
