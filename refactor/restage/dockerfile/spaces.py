"""Which characters BuildKit takes for white space.

They are those of Go's `unicode.IsSpace`. Python's `str.strip()` and `\\s` also take U+001C to U+001F, so
neither is used on Dockerfile text without one of these sets.
"""

SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""Trimmed from the ends of lines and arguments, and what separates the words of ENV, LABEL and ARG."""

SEPARATOR = "\t\v\f\r "
"""What separates a keyword from its arguments, and the words of COPY, FROM, EXPOSE and VOLUME."""
