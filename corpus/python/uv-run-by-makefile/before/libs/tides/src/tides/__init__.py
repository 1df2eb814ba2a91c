def high() -> str:
    return "high water at 06:12 and 18:40\n"
