"""The monthly report."""

from dateutil.relativedelta import relativedelta

print(relativedelta(months=+1))
