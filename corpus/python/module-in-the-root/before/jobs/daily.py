"""The daily report."""

import logging.config
from pathlib import Path

from dateutil.relativedelta import relativedelta

PROJECT = Path(__file__).parent.parent

logging.config.fileConfig(PROJECT / "logging.ini")
logging.info("the report covers %s", relativedelta(days=+1))
