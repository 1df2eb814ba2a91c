"""Manifests that are templates of Go, such as those of Helm charts: what stands around the actions is YAML.

Source: Go's text/template, and Helm's chart template guide.
"""

_BEGIN, _END = "{{", "}}"
VALUE = "$VALUE"
"""Stands for what an action gives; like a variable, nobody knows it."""


def without_actions(text: str) -> str:
    """The text with each action as a word, and without the lines that hold nothing else; lines keep their numbers."""
    parts: list[str] = []
    at = 0
    while (begin := text.find(_BEGIN, at)) >= 0 and (end := text.find(_END, begin)) >= 0:
        parts += [text[at:begin], VALUE, "\n" * text.count("\n", begin, end)]
        at = end + len(_END)
    lines = "".join([*parts, text[at:]]).split("\n")
    return "\n".join("" if not line.replace(VALUE, "").strip() else line for line in lines)
