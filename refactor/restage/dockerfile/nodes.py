"""The typed instructions, a closed union. Every text is as written: quotes and variables are still in it."""

from typing import TypeAlias

from .document import Heredoc
from .expansion import ExpansionError
from .forms import Command, Mount, Node, ShellForm
from .heredocs import heredoc_word


class From(Node):
    """The beginning of a stage. `name` is in lower case, as BuildKit compares it; None without `AS`."""

    image: str
    platform: str | None
    name: str | None


class Run(Node):
    """A command that is run; `network` and `security` are None where no flag gives them."""

    command: Command
    mounts: tuple[Mount, ...]
    network: str | None
    security: str | None

    @property
    def is_heredoc_script(self) -> bool:
        """Whether the heredoc is the script itself, as in `RUN <<EOF`, and not the input of a command.

        So it is where nothing else stands on the line (`dispatchRun` in BuildKit's
        `dockerfile2llb/convert.go`).
        """
        if not self.heredocs or not isinstance(self.command, ShellForm):
            return False
        try:
            return heredoc_word(self.command.text) is not None
        except ExpansionError:
            return False

    @property
    def script_heredoc(self) -> Heredoc | None:
        """The heredoc whose content is the whole script; None where there are several, or the script stands on the line."""
        return self.heredocs[0] if len(self.heredocs) == 1 and self.is_heredoc_script else None

    @property
    def script_text(self) -> str | None:
        """What the shell runs; None in the exec form."""
        if not isinstance(self.command, ShellForm):
            return None
        return self.command.text if self.script_heredoc is None else self.script_heredoc.content


class Copy(Node):
    """Files from the build context, a stage or an image. Heredocs among the sources are in `heredocs`
    alone.
    """

    sources: tuple[str, ...]
    dest: str
    from_: str | None
    chown: str | None
    chmod: str | None
    link: bool
    parents: bool
    exclude: tuple[str, ...]


class Add(Node):
    """Files, archives to unpack, and what is fetched; `unpack` and `keep_git_dir` are None if not given."""

    sources: tuple[str, ...]
    dest: str
    chown: str | None
    chmod: str | None
    link: bool
    exclude: tuple[str, ...]
    checksum: str | None
    keep_git_dir: bool | None
    unpack: bool | None


class Env(Node):
    """Variables of the image; `ENV a b c` is the pair (a, "b c")."""

    pairs: tuple[tuple[str, str], ...]


class Arg(Node):
    """Variables of the build; the value is None where no default is given."""

    pairs: tuple[tuple[str, str | None], ...]


class Label(Node):
    """Labels of the image."""

    pairs: tuple[tuple[str, str], ...]


class Expose(Node):
    """Ports, in the order in which they are written."""

    ports: tuple[str, ...]


class Volume(Node):
    """Volumes of the image."""

    paths: tuple[str, ...]


class User(Node):
    """The user that later instructions and the container run as."""

    name: str


class Workdir(Node):
    """The working directory."""

    path: str


class Cmd(Node):
    """What the container starts, or the arguments of its entrypoint."""

    command: Command


class Entrypoint(Node):
    """The entrypoint."""

    command: Command


class Healthcheck(Node):
    """The health check; `command` is None and `disabled` true for `HEALTHCHECK NONE`. `options` are its
    flags.
    """

    command: Command | None
    disabled: bool
    options: tuple[tuple[str, str], ...]


class Shell(Node):
    """The shell of the shell form."""

    words: tuple[str, ...]


class Stopsignal(Node):
    """The signal that stops the container."""

    signal: str


class Onbuild(Node):
    """An instruction for the builds that are based on this image. The inner one has the same heredocs."""

    inner: "Instruction"


class Maintainer(Node):
    """The author, in the way of old."""

    name: str


Instruction: TypeAlias = (
    From
    | Run
    | Copy
    | Add
    | Env
    | Arg
    | Label
    | Expose
    | Volume
    | User
    | Workdir
    | Cmd
    | Entrypoint
    | Healthcheck
    | Shell
    | Stopsignal
    | Onbuild
    | Maintainer
)
