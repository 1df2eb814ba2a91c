"""Effects of running Python code that is the project's own, or given on the command line."""

from __future__ import annotations

import posixpath
import re
from itertools import pairwise

from restage.api import EVERYWHERE, Effect, Made, Region, State, region, told_places, unknown
from restage_strategies.python.claims import bounded_writes
from restage_strategies.python.downloads import downloads, fetches_alone, moved_caches
from restage_strategies.python.elsewhere import with_places
from restage_strategies.python.shipped import python_sources

_USES_HOME = re.compile(
    r"expanduser|Path\.home|\bHOME\b|\.cache\b|nltk|transformers|huggingface|torch\.hub|torchvision|keras"
    r"|tensorflow_hub|whisper|easyocr|stanza|gensim\.downloader|platformdirs|appdirs|spacy\.cli|playwright"
    r"|from_pretrained|[Ss]entence_?[Tt]ransformer|diffusers|insightface|deepface|retinaface|facenet|rembg|paddleocr|docling"
    r"|fastembed|chromadb|open_clip|\bclip\b|\btimm\b|\bTTS\b|argostranslate|pyannote|speechbrain|modelscope|ultralytics|torchaudio"
)
_ABSOLUTE = re.compile(r"""['"](/[A-Za-z0-9_./-]+)['"]""")
_HARMLESS = re.compile(
    r"(?:import [\w., ]+|from [\w.]+ import [\w., *()]+|print\([^()]*(?:\([^()]*\)[^()]*)*\)|assert [^()]*|pass|)"
)


def run_own_code(subject: str, state: State, *further: Region) -> Effect:
    """Code of the project reads its working directory and writes its own places."""
    directory = state.path()
    if directory == EVERYWHERE:
        return Effect(
            reads=(EVERYWHERE,),
            writes=(EVERYWHERE,),
            claims=(bounded_writes(subject, "nothing: the working directory is /"),),
        )
    places = tuple(dict.fromkeys((directory, *further)))
    return Effect(reads=places, writes=places, claims=(bounded_writes(subject),))


def run_free_code(subject: str, state: State, *further: Region) -> Effect:
    """The same for code of which nothing is known but that it runs: the home directory is its place too."""
    home = _home_if_used(state)
    if home is None:
        return run_own_code(subject, state, *further)
    sure = (state.path(), *home, *further)
    moved = [place for place in moved_caches(state) if not any(other.covers(place) for other in sure)]
    doubtful = next((place for place in moved if not _is_there(place, state)), None)
    if doubtful is not None:
        return unknown(f"whether {subject} fetches anything to {doubtful} is not known")
    return run_own_code(subject, state, *home, *further, *moved)


def run_script(path: str, arguments: tuple[str, ...], state: State) -> Effect:
    """A script of the project; one that is not of the build context is not known."""
    script = state.path(path)
    text = state.tree.text(script.path)
    if text is None:
        made = state.tree.origin(script.path)
        why = f"is made by {made.by}" if isinstance(made, Made) else "is not a file of the build context"
        return unknown(f"{path} {why}")
    # Whether a script gets as far as its download only running it tells: the home directory is surely there.
    found = downloads(text, state) or ()
    home = _home(state)
    places = tuple(dict.fromkeys(next((h for h in home if h.covers(place)), place) for place in found))
    written = told_places(arguments, state)
    if written is None:
        return _untold(path)
    folder = region(posixpath.dirname(script.path))
    further = (*(() if folder == EVERYWHERE else (folder,)), *places, *written)
    if found and not _looks_at_project(text, state):
        effect = run_own_code(path, state, *(_home_if_used(state) or ()), *further)
    else:
        effect = run_free_code(path, state, *further)
    return with_places(effect, [(script.path, text)], state)


def _untold(subject: str) -> Effect:
    return unknown(f"whether {subject} writes to the places that it is told is not known")


def places_of_outputs(arguments: tuple[str, ...], state: State) -> tuple[Region, ...]:
    """Places outside of the working directory that options of a generator name: `mkdocs build -d /srv/www`."""
    here = state.path()
    parts = [part for word in arguments for part in (word.split("=", 1) if word[:2] == "--" else [word])]
    told = (state.path(value) for option, value in pairwise(parts) if option in _OUTPUTS)
    return tuple(place for place in told if not here.covers(place) and not place.covers(here))


_OUTPUTS = frozenset(
    """-d -o -O --site-dir --output --output-path --output-dir --outdir --out-dir --distpath --path-output --dest
    --destination --build-dir --python_out --grpc_python_out --pyi_out --dist-dir""".split()
)


def run_module(
    name: str, state: State, program: str | None = None, arguments: tuple[str, ...] = ()
) -> Effect:
    """A module of the project (`python -m app.prepare`, or by a program), or of a distribution of which nothing is known."""
    inside = name.replace(".", "/")
    roots = [
        state.path(),
        state.path("src"),
        *map(state.path, filter(None, state.variable("PYTHONPATH").split(":"))),
    ]
    files = [root.below(f"{inside}{ending}").path for root in roots for ending in (".py", "/__main__.py")]
    entries = [(path, text) for path in files if (text := state.tree.text(path)) is not None]
    told = told_places(arguments, state) if entries else ()
    if told is None:
        return _untold(program or name)
    return with_places(run_free_code(program or f"python -m {name}", state, *told), entries, state)


def run_code(code: str, state: State) -> Effect:
    """Code given with -c: imports and prints change nothing, downloads go to their library's place."""
    subject = "the code given with -c"
    parts = (part.strip() for part in re.split(r"[;\n]", code))
    steps = [part for part in parts if not _HARMLESS.fullmatch(part)]
    entries = [(state.path("-c").path, code.replace(";", "\n"))]
    if not steps and _looks_at_project(code, state):
        return with_places(run_free_code(subject, state), entries, state)
    if not steps:
        return Effect()
    local = tuple(region(path) for path in _ABSOLUTE.findall(code))
    places = downloads(code, state)
    if places is None or not fetches_alone(steps):
        home = _home(state)
        further = [place for place in places or () if not any(own.covers(place) for own in home)]
        effect = run_own_code(subject, state, *home, *local, *further)
        return with_places(effect, entries, state) if _looks_at_project(code, state) else effect
    return Effect(
        writes=tuple(dict.fromkeys((*places, *local))),
        claims=(bounded_writes("the download", "the library's own places"),),
    )


def _looks_at_project(code: str, state: State) -> bool:
    """Whether imports and prints name a module or a file of the project."""
    if "open(" in code or "read_text" in code:
        return True
    tops = {name.partition(".")[0] for name in re.findall(r"[A-Za-z_][\w.]*", code)}
    return any(
        state.tree.is_file(state.path(f"{top}.py").path) or state.tree.is_directory(state.path(top).path)
        for top in tops
    )


def _home_if_used(state: State) -> tuple[Region, ...] | None:
    """The home directory; None where no source of the project names anything that is kept there, or in a cache."""
    return _home(state) if any(_USES_HOME.search(text) for _, text in python_sources(state.tree)) else None


def _home(state: State) -> tuple[Region, ...]:
    """The home directory, where it is sure to be there: copying one that is absent fails."""
    home = region(state.home)
    return (home,) if home.path == "/root" or _is_there(home, state) else ()


def _is_there(place: Region, state: State) -> bool:
    return isinstance(state.tree.origin(place.path), Made) or state.tree.is_directory(place.path)
