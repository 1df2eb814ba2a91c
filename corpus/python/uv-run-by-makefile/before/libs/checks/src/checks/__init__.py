def check(text: str) -> None:
    assert text.endswith("\n")
