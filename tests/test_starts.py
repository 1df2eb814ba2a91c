"""What a container starts is followed to the program that runs, and what that needs is known or said to be unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from restage.api.need import PathNeed, ProgramNeed
from restage.api.start import Start
from restage.meaning.needs import mentions
from rooms import started

ENTRY = {
    "entry.sh": '#!/bin/bash\nset -e\nif [ "$1" = serve ]; then git pull; fi\nexec "$@"\n',
    "gosu.sh": '#!/bin/sh\nset -- gosu app "$@"\nexec "$@"\n',
    "su.sh": '#!/bin/sh\nexec su app -c "$*"\n',
    "lib.sh": "curl localhost\n",
    "sourcing.sh": "#!/bin/sh\n. ./lib.sh\nserve\n",
    "loop.sh": "#!/bin/sh\n./loop.sh\n",
    "evil.sh": '#!/bin/sh\neval "$WHAT"\n',
    "kept.sh": "#!/bin/sh\neval $(printenv | sed 's/^/export /' >> /etc/profile)\nserve\n",
    "said.sh": "#!/bin/sh\neval $(printenv >> /etc/profile; cat commands)\nserve\n",
    "shift.sh": '#!/bin/sh\nset -e\nhost="$1"\nshift\ncmd="$@"\nuntil nc -z $host 1; do sleep 1; done\nexec $cmd\n',
    "all.sh": '#!/bin/sh\nall="$*"\nexec su app -c "$all"\n',
    "program": "ELF",
    "tab": "SHELL=/bin/sh\n# m h\n*/5 0-4 * * mon root cd /app && ffmpeg -i x\n",
    "own": "@daily /usr/bin/ffmpeg -i \\%\n",
    "wait.sh": '#!/bin/bash\nwhile [ $# -gt 0 ]; do case $1 in --) shift; LEFT=("$@"); break;; *) shift;; esac; done\n'
    'timeout $FLAG 15 $0 --child\nexec "${LEFT[@]}"\n',
    "again.sh": "#!/bin/sh\ncd inner && ./again.sh\n",
    "inner/again.sh": "#!/bin/sh\nserve\n",
    "inner/own.sh": '#!/bin/bash\ncd "$(dirname "$0")/deep"\n./here.sh\n',
    "inner/own2.sh": '#!/bin/bash\nD=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)\ncd $D/deep\n./here.sh\n',
    "inner/deep/here.sh": "#!/bin/sh\nserve\n",
    "trap.sh": '#!/bin/sh\ntrap "jcmd $PID Thread.print; kill $PID" TERM\ntrap clean EXIT\nserve\n',
    "dos.sh": "#!/bin/bash\r\nset -e\r\nif true; then\r\n  serve --x\r\nfi\r\n",
    "make.sh": "#!/bin/sh\nif [ -n $FIRST ]; then forge x; fi\nserve\n",
}


def start_of(folder: Path, lines: str) -> Start:
    """The start that these lines give below a COPY of the scripts to /app."""
    return started(folder, f"FROM debian:12\nWORKDIR /app\nCOPY . .\n{lines}\n", ENTRY)


@pytest.mark.parametrize(
    ("lines", "reached"),
    [
        ('CMD ["serve", "--x"]', "serve --x"),
        ("CMD serve --x", "serve --x"),
        ("CMD exec serve --x", "serve --x"),
        ("CMD cd /x && A=1 serve", "serve"),
        ('ENTRYPOINT ["tini", "--"]\nCMD ["serve"]', "serve"),
        ('ENTRYPOINT ["gosu", "app", "serve"]', "serve"),
        ('ENTRYPOINT ["./entry.sh"]\nCMD ["serve"]', "serve"),
        ('ENTRYPOINT ["/app/entry.sh"]\nCMD ["serve"]', "git pull"),
        ('ENTRYPOINT ["sh", "entry.sh", "serve"]', "serve"),
        ('CMD ["./trap.sh"]', "jcmd $PID Thread.print"),
        ('ENTRYPOINT ["./gosu.sh"]\nCMD ["serve"]', "serve"),
        ('ENTRYPOINT ["./su.sh"]\nCMD ["serve", "--x"]', "serve --x"),
        ("CMD su -s /bin/sh app -c 'serve --x'", "serve --x"),
        ('CMD ["runuser", "-u", "app", "--", "./sourcing.sh"]', "curl localhost"),
        ('CMD ["setpriv", "--reuid=app", "--", "serve", "--x"]', "serve --x"),
        ('CMD ["xvfb-run", "-a", "-e", "/dev/stdout", "sh", "-c", "serve --x"]', "serve --x"),
        ('RUN cp entry.sh /e && chmod +x /e\nENTRYPOINT ["/e"]\nCMD ["serve"]', "git pull"),
        ('RUN mv entry.sh /usr/local/bin/\nENTRYPOINT ["entry.sh"]\nCMD ["serve"]', "git pull"),
        ('RUN ln -s app/entry.sh /e\nENTRYPOINT ["/e"]\nCMD ["serve"]', "git pull"),
        ('CMD ["./sourcing.sh"]', "curl localhost"),
        ("CMD serve & wait", "serve"),
        ('CMD ["./shift.sh", "db", "serve", "--x"]', "serve --x"),
        ('CMD ["./all.sh", "serve", "--x"]', "serve --x"),
        ("COPY tab /etc/cron.d/tab\nCMD cron -f", "ffmpeg -i x"),
        ("COPY own /etc/crontabs/root\nCMD crond -f", "/usr/bin/ffmpeg -i %"),
        ("CMD supercronic /app/own", "/usr/bin/ffmpeg -i %"),
        ('CMD ["./wait.sh", "db:5432", "--", "serve", "--x"]', "serve --x"),
        ('CMD ["env", "A=1", "serve"]', "serve"),
        ('CMD ["./again.sh"]', "serve"),
        ('CMD ["inner/own.sh"]', "serve"),
        ('RUN dos2unix dos.sh\nCMD ["./dos.sh"]', "serve --x"),
        ("CMD bash /app/inner/own2.sh", "serve"),
    ],
)
def test_a_start_is_followed_to_the_program(tmp_path: Path, lines: str, reached: str) -> None:
    start = start_of(tmp_path, lines)
    assert reached in [" ".join(command.words) for command in start.reached]


@pytest.mark.parametrize(
    ("lines", "program"),
    [
        ('CMD ["nginx"]', "nginx"),
        ('ENTRYPOINT ["tini", "--", "serve"]', "tini"),
        ('ENTRYPOINT ["./entry.sh"]\nCMD ["serve"]', "/bin/bash"),
        ('ENTRYPOINT ["./entry.sh"]\nCMD ["serve"]', "git"),
        ('ENTRYPOINT ["./gosu.sh"]\nCMD ["serve"]', "gosu"),
        ("CMD test -f x && nginx", "nginx"),
        ('CMD ["serve", "--needs", "ffmpeg"]', "ffmpeg"),
    ],
)
def test_a_start_needs_the_programs_that_it_goes_through(tmp_path: Path, lines: str, program: str) -> None:
    start = start_of(tmp_path, lines)
    assert program in [need.program for need in start.needs if isinstance(need, ProgramNeed)]


def test_a_start_needs_the_script_that_it_runs(tmp_path: Path) -> None:
    start = started(tmp_path, 'FROM debian:12\nCOPY entry.sh /e\nENTRYPOINT ["/e"]\n', ENTRY)
    assert "/e" in [need.path for need in start.needs if isinstance(need, PathNeed)]


@pytest.mark.parametrize(
    ("lines", "is_known"),
    [
        ('CMD ["serve"]', True),
        ('CMD ["nginx"]', True),
        ('CMD ["./program"]', False),
        ('CMD ["./evil.sh"]', False),
        ('CMD ["./kept.sh"]', True),
        ('CMD ["./said.sh"]', False),
        ('RUN echo serve > /s && chmod +x /s\nCMD ["/s"]', False),
        ("COPY <<E /s\n#!/bin/sh\nexec serve\nE\nRUN chmod +x /s\nCMD /s", True),
        ("COPY <<'E' /s\n#!/bin/sh\nexec serve \"$@\"\nE\nCMD /s", True),
        ("COPY <<-'E' /s\n\t#!/bin/sh\n\texec serve\nE\nCMD /s", True),
        ("COPY <<E /s\n#!/bin/sh\nexec $WHAT\nE\nCMD /s", False),
        ("COPY <<E /s\n#!/bin/sh\nexec serve\nE\nRUN sed -i s/serve/other/ /s\nCMD /s", False),
        ("RUN curl -o /usr/local/bin/tool https://h.example/tool\nCMD tool", False),
        ("CMD $PROGRAM", False),
        ('CMD ["cron", "-f"]', False),
        ("CMD service cron start && serve", False),
        ("COPY tab /etc/cron.d/tab\nRUN chmod 644 /etc/cron.d/tab\nCMD cron -f", True),
        ("COPY own /own\nRUN crontab /own\nCMD cron -f", True),
        ("COPY own /own\nRUN crontab /own\nCMD service cron start && serve", True),
        ("COPY own /own\nRUN echo '* * * * * x' | crontab -\nCMD cron -f", False),
        ("COPY tab /etc/cron.d/tab\nRUN echo '* * * * * root x' >> /etc/crontab\nCMD cron -f", False),
        ("CMD crontab own && cron -f", False),
        ("RUN echo '* * * * * root x' > /etc/cron.d/a && chmod 644 /etc/cron.d/a\nCMD cron -f", True),
        ("RUN echo '* * * * * x' >> /etc/crontabs/root\nCMD crond -f", True),
        ("RUN echo '* * * * * x' > /etc/cron.d/a && crontab /etc/cron.d/a\nCMD cron -f", True),
        ('RUN echo "* * * * * root $(which x)" > /etc/cron.d/a\nCMD cron -f', False),
        ("RUN echo '* * * * * root x' > /etc/cron.d/a && sed -i s/x/y/ /etc/cron.d/a\nCMD cron -f", False),
        (
            "RUN echo '* * * * * root x' > /etc/cron.d/a\nRUN printf '%s' y >> /etc/cron.d/a\nCMD cron -f",
            False,
        ),
        ('CMD ["./loop.sh"]', True),
        ('CMD ["./wait.sh", "db:5432", "--", "serve"]', True),
        ('CMD ["./shift.sh", "db", "serve"]', True),
        ("RUN curl -o /bin/wait-for-it.sh https://h.example/w\nCMD wait-for-it.sh db:5432 -- serve", True),
        ("RUN curl -o /bin/grpc_health_probe https://h.example/p\nCMD /bin/grpc_health_probe", True),
    ],
)
def test_a_program_that_may_call_anything_is_said_to(tmp_path: Path, lines: str, is_known: bool) -> None:
    start = start_of(tmp_path, lines)
    assert (start.unknown == ()) is is_known


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        ("CMD forge x", True),
        ("CMD make run", True),
        ("CMD cargo run", True),
        ("CMD hugo server --bind 0.0.0.0", True),
        ("CMD hugo --minify && serve public", True),
        ("CMD hugo version", False),
        ("CMD serve", False),
        ('CMD ["./make.sh"]', False),
    ],
)
def test_a_start_that_builds_needs_the_toolchain(tmp_path: Path, lines: str, refused: bool) -> None:
    start = start_of(tmp_path, lines)
    assert (start.toolchain is not None) is refused


def test_a_build_that_only_may_happen_at_the_start_needs_its_program(tmp_path: Path) -> None:
    start = start_of(tmp_path, 'CMD ["./make.sh"]')
    assert "forge" in [need.program for need in start.needs if isinstance(need, ProgramNeed)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("run git now", True),
        ("/usr/bin/git", True),
        ("digit gitlab .git git-lfs", False),
        ("", False),
        ("gitgit git", True),
    ],
)
def test_a_program_is_mentioned_as_a_word_of_its_own(text: str, named: bool) -> None:
    assert mentions(text, "/usr/bin/git") is named


@pytest.mark.parametrize(
    ("tab", "is_known"),
    [
        ("0 * * * * root /usr/local/bin/python3 /app/job.py", True),
        ("0 * * * * root python3 /app/job.py", False),
        ("PATH=/usr/local/bin:/usr/bin:/bin\n0 * * * * root python3 /app/job.py", True),
        ("0 * * * * root /app/job.sh", False),
        ("0 * * * * root /app/job.py", False),
        ("0 * * * * root cd /app && ffmpeg -i x", True),
        ("0 * * * root", False),
    ],
)
def test_cron_may_find_another_program_than_the_images_own(tmp_path: Path, tab: str, is_known: bool) -> None:
    files = {"tab": tab + "\n", "job.sh": "#!/bin/sh\npython3 job.py\n", "job.py": "#!/usr/bin/env python3\n"}
    lines = "COPY . /app/\nCOPY tab /etc/cron.d/tab\nCMD cron -f\n"
    assert (started(tmp_path, f"FROM python:3.12\n{lines}", files).unknown == ()) is is_known


@pytest.mark.parametrize(
    ("program", "told"),
    [("spark-submit", False), ("catalina.sh", True), ("bash", True), ("git", True)],
)
def test_a_program_that_nobody_knows_may_lie_in_a_directory_that_was_unpacked(
    tmp_path: Path, program: str, told: bool
) -> None:
    unpacked = "RUN curl https://h.example/x.tgz | tar xz -C /opt\nENV PATH=$PATH:/opt/x/bin"
    assert (start_of(tmp_path, f'{unpacked}\nCMD ["{program}"]').unknown == ()) is told


def test_directories_that_the_base_has_are_not_taken_for_unpacked(tmp_path: Path) -> None:
    unpacked = "RUN curl https://h.example/x.tgz | tar xz -C /usr/local"
    assert start_of(tmp_path, f'{unpacked}\nCMD ["spark-submit"]').unknown == ()
