from tabulate import tabulate

print(tabulate([("low", "05:12"), ("high", "11:40")]))
