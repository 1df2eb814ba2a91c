import json
from collections import Counter
from pathlib import Path

from guess import MODEL

WORDS = "the quick brown fox jumps over the lazy dog and runs into the wood"

pairs = zip(WORDS.split(), WORDS.split()[1:])
following = {}
for first, second in pairs:
    following.setdefault(first, Counter())[second] += 1
Path(MODEL).parent.mkdir(parents=True, exist_ok=True)
Path(MODEL).write_text(json.dumps(following))
