"""Where libraries put the models and corpora that a build fetches with them.

Copying a place that is absent fails, so a place is named only where the download surely makes it.
"""

from __future__ import annotations

import re

from restage.api import Made, Record, Region, State, region
from restage.api.tree import Changed


class _Library(Record):
    """The call that downloads, the variables that move it (the first one that is set), the place otherwise.

    `beside` is a word that the code names too.
    """

    call: re.Pattern[str]
    variables: tuple[str, ...]
    default: str
    beside: str = ""

    def is_called(self, code: str) -> bool:
        """Whether the code downloads with it."""
        return self.beside in code and self.call.search(code) is not None


_HUB = ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME")
_LIBRARIES = (
    _Library(re.compile(r"nltk\.download\(|download_corpora|nltk\.downloader"), (), "nltk"),
    _Library(re.compile(r"\bSentenceTransformer\("), ("SENTENCE_TRANSFORMERS_HOME", *_HUB), "sentences"),
    _Library(
        re.compile(r"from_pretrained\(|\bpipeline\(|CrossEncoder\("),
        ("TRANSFORMERS_CACHE", *_HUB),
        "~/.cache/huggingface",
    ),
    _Library(
        re.compile(r"snapshot_download\(|hf_hub_download\(|WhisperModel\(|load_dataset\("),
        _HUB,
        "~/.cache/huggingface",
    ),
    _Library(re.compile(r"\bTextEmbedding\("), ("FASTEMBED_CACHE_PATH",), "/tmp/fastembed_cache"),
    _Library(re.compile(r"whisper\.load_model\("), (), "~/.cache/whisper"),
    _Library(re.compile(r"torch\.hub\.load"), ("TORCH_HOME",), "~/.cache/torch"),
    _Library(
        re.compile(r"\b(?:pretrained|weights)\s*=\s*(?!None|False)"),
        ("TORCH_HOME",),
        "~/.cache/torch",
        "torchvision",
    ),
    _Library(re.compile(r"stanza\.download\("), ("STANZA_RESOURCES_DIR",), "~/stanza_resources"),
    _Library(re.compile(r"easyocr\.Reader\("), ("EASYOCR_MODULE_PATH",), "~/.EasyOCR"),
    _Library(re.compile(r"keras\.applications|tf\.keras"), ("KERAS_HOME",), "~/.keras"),
    _Library(
        re.compile(r"tiktoken\.(?:get_encoding|encoding_for_model)\("),
        ("TIKTOKEN_CACHE_DIR",),
        "/tmp/data-gym-cache",
    ),
)
_MOVED = tuple(
    "HF_HOME HF_HUB_CACHE HUGGINGFACE_HUB_CACHE HF_DATASETS_CACHE TRANSFORMERS_CACHE SENTENCE_TRANSFORMERS_HOME TORCH_HOME "
    "XDG_CACHE_HOME XDG_DATA_HOME XDG_CONFIG_HOME XDG_STATE_HOME "
    "NLTK_DATA KERAS_HOME TFHUB_CACHE_DIR STANZA_RESOURCES_DIR EASYOCR_MODULE_PATH TIKTOKEN_CACHE_DIR "
    "FASTEMBED_CACHE_PATH U2NET_HOME MODELSCOPE_CACHE DEEPFACE_HOME TTS_HOME GENSIM_DATA_DIR YOLO_CONFIG_DIR".split()
)
_RESULT = re.compile(r"(?:(\w+)\s*=[^=]|(\w+)\s*[.(])")
_TOLD = re.compile(
    r"\b(?:download_dir|cache_dir|cache_folder|local_dir|download_root|data_dir|model_dir|dir|root|save_dir"
    r"|model_storage_directory|resources_dir)\s*=\s*(?:r?['\"]([^'\"\n]*)['\"])?"
    r"|nltk\.download\([^(),\n]*,\s*['\"](/[^'\"\n]*)['\"]"
)
_ELSEWHERE = re.compile(
    r"environ(?:\[|\.setdefault\(|\.update\()|set_dir\(|putenv\("
    r"|save\w*\(|open\(|write|dump\w*\(|\.to_\w+\(|copy\w*\(|move\(|rename\(|mkdir|makedirs|export\w*\(|urlretrieve"
)
"""Moves where a library puts things, or writes something of its own."""
_OLD_SENTENCES = re.compile(r"sentence[-_]transformers['\"\s]*(?:version\s*=|[=~]=)\s*['\"=]*\s*(\d+)\.(\d+)")
_LISTS = re.compile(r"(?:requirements[^/]*\.txt|[^/]*\.lock|pyproject\.toml|environment\.ya?ml|Pipfile)")
_NLTK_PREFIXES = tuple(
    region(prefix, folder)
    for prefix in ("/usr", "/usr/local")
    for folder in ("nltk_data", "share/nltk_data", "lib/nltk_data")
)


def downloads(code: str, state: State) -> tuple[Region, ...] | None:
    """The places that the code surely downloads to; None where it names no such library, or may put it elsewhere."""
    found = [library for library in _LIBRARIES if library.is_called(code)]
    if not found or _ELSEWHERE.search(code):
        return None
    told = ["".join(match.groups("")) for match in _TOLD.finditer(code)]
    if told:
        number = sum(len(library.call.findall(code)) for library in found)
        return tuple(map(state.path, told)) if all(told) and len(told) == number else None
    places = [_place(library, state) for library in found]
    return (
        tuple(dict.fromkeys(place for place in places if place is not None)) if None not in places else None
    )


def fetches_alone(steps: list[str]) -> bool:
    """Whether each statement is such a download, or uses the result of one: another may put something elsewhere."""
    results = set[str]()
    for step in steps:
        first = _RESULT.match(step)
        name, used = first.groups() if first else (None, None)
        if not any(library.call.search(step) for library in _LIBRARIES) and used not in results:
            return False
        results |= {name} if name else set()
    return True


def moved_caches(state: State) -> tuple[Region, ...]:
    """Where variables say that libraries keep what they fetch."""
    told = (part for name in _MOVED for part in state.variable(name).split(":"))
    return tuple(dict.fromkeys(state.path(part) for part in told if part))


def nltk_place(state: State) -> Region:
    """NLTK takes the first of its data folders that is there, and else makes one in the home directory."""
    named = [state.path(part) for part in state.variable("NLTK_DATA").split(":") if part]
    for place in (*named, state.path("~/nltk_data"), *_NLTK_PREFIXES):
        if isinstance(state.tree.origin(place.path), Made) or state.tree.is_directory(place.path):
            return place
    return state.path("~/nltk_data")


def _place(library: _Library, state: State) -> Region | None:
    told = next((state.variable(name) for name in library.variables if state.variable(name)), "")
    match library.default:
        case "nltk":
            return nltk_place(state)
        case "sentences" if not state.variable("SENTENCE_TRANSFORMERS_HOME") and _has_old_sentences(state):
            return _cache(state.variable("TORCH_HOME") or "~/.cache/torch", state)
        case "sentences":
            return _cache(told or "~/.cache/huggingface", state)
        case default:
            return _cache(told or default, state)


def _cache(path: str, state: State) -> Region:
    """The place, below XDG_CACHE_HOME where that stands for `~/.cache`."""
    shared = state.variable("XDG_CACHE_HOME")
    inside = path.removeprefix("~/.cache/")
    return state.path(shared, inside) if shared and inside != path else state.path(path)


def _has_old_sentences(state: State) -> bool:
    """Whether a version of sentence-transformers before 2.3 is pinned: these kept their models beside PyTorch's."""
    texts = [event.by for event in state.tree.events if isinstance(event, Changed)]
    context = state.tree.context
    texts += [context.text(name) or "" for name in context.entries("") if _LISTS.fullmatch(name) is not None]
    found = [match for text in texts for match in _OLD_SENTENCES.finditer(text)]
    return any((int(match[1]), int(match[2])) < (2, 3) for match in found)
