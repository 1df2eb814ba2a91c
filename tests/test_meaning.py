"""What commands read, write and delete, what they leave for the next one, and what a container starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from restage.api.effect import NOTHING, Effect
from restage.api.need import PathNeed, ProgramNeed
from restage.api.region import EVERYWHERE
from restage.api.tree import Gone, Tree
from restage.meaning.actions import Action
from restage.meaning.needs import mentions
from restage.meaning.walk import Walk
from rooms import started, walked

FILES = {
    "src/main.c": "",
    "conf/app.conf": "",
    "run.sh": "#!/bin/sh\nmkdir -p /made\nforge --writes out\n",
    "a.tar.gz": "",
    "notes.txt": "",
}
HEAD = "FROM debian:bookworm\nWORKDIR /app\nCOPY . .\n"


def walk_of(folder: Path, lines: str) -> Walk:
    return walked(folder, HEAD + lines, FILES)[0]


def actions_of(folder: Path, lines: str) -> list[Action]:
    return [action for _, action in walk_of(folder, lines).actions]


def effect_of(folder: Path, command: str) -> Effect:
    """The effect of the last command of a RUN."""
    return actions_of(folder, f"RUN {command}\n")[-1].effect


def paths(*regions: tuple[object, ...]) -> str:
    return " | ".join(" ".join(str(place) for place in places) for places in regions)


@pytest.mark.parametrize(
    ("command", "touched"),
    [  # reads | writes | deletes
        ("cp conf/app.conf /etc/app.conf", "/app/conf/app.conf | /etc/app.conf | "),
        ("cp conf/app.conf /etc/", "/app/conf/app.conf | /etc/app.conf | "),
        ("cp conf/app.conf /etc", "/app/conf/app.conf | /etc/app.conf | "),
        ("cp conf/app.conf src", "/app/conf/app.conf | /app/src/app.conf | "),
        ("cp -r src/. /srv/www", "/app/src | /srv/www | "),
        ("cp src/*.c /opt/x", "/app/src | /opt/x | "),
        ("cp -t /opt/x notes.txt", "/app/notes.txt | /opt/x | "),
        ("mv notes.txt /srv/n.txt", "/app/notes.txt | /srv/n.txt | /app/notes.txt"),
        ("mv src/* /srv/x/", "/app/src | /srv/x | "),
        ("install -m 755 notes.txt /usr/local/bin/n", "/app/notes.txt | /usr/local/bin/n | "),
        ("install -d -o app /srv/a /srv/b", " | /srv/a /srv/b | "),
        ("rm -rf src /var/x", " |  | /app/src /var/x"),
        ("rm -rf src/*", " |  | /app/src"),
        ("rm -f src/*.o", " | /app/src | "),
        ("rm src/*.o", "/app/src | /app/src | "),
        ("mkdir -m 700 -p a /b/c", " | /app/a /b/c | "),
        ("touch ~/x", " | /root/x | "),
        ("ln -sf /opt/a /usr/local/bin/b", " | /usr/local/bin/b | "),
        ("ln -s /opt/a /usr/local/bin/", " | /usr/local/bin/a | "),
        ("ln -s ../x", " | /app/x | "),
        ("chmod +x run.sh", "/app/run.sh | /app/run.sh | "),
        ("chown -R app:app /srv data", "/srv /app/data | /srv /app/data | "),
        ("sed -i s/a/b/ conf/app.conf", "/app/conf/app.conf | /app/conf/app.conf | "),
        ("sed -e s/a/b/ conf/app.conf", "/app/conf/app.conf |  | "),
        ("sed s/a/b/ conf/app.conf > /etc/c", "/app/conf/app.conf | /etc/c | "),
        ("cat < notes.txt", "/app/notes.txt |  | "),
        ("echo hello >> log", " | /app/log | "),
        ("echo hello > /dev/null", " |  | "),
        ("tar xzf a.tar.gz -C /opt", "/app/a.tar.gz | /opt | "),
        ("tar -xf a.tar.gz --directory=/opt/x", "/app/a.tar.gz | /opt/x | "),
        ("find /opt -name '*.pyc' -delete", "/opt | /opt | "),
        ("find /opt -name '*.pyc'", " |  | "),
        ("curl -fsSL https://h.example/x -o /usr/local/bin/x", " | /usr/local/bin/x | "),
        ("curl -O https://h.example/d/x.tgz", " | /app/x.tgz | "),
        ("curl https://h.example/x", " |  | "),
        ("wget https://h.example/d/x.tgz?v=1", " | /app/x.tgz | "),
        ("wget -qO- https://h.example/x", " |  | "),
        ("wget -P /opt https://h.example/x", " | /opt/x | "),
        ("git clone --depth 1 https://h.example/o/r.git", " | /app/r | "),
        ("git clone https://h.example/o/r /opt/r", " | /opt/r | "),
        ("git config --global user.name x", " | /root/.gitconfig | "),
        ("git lfs install", " | /root/.gitconfig | "),
        ("git lfs install --local", " | /app/.git | "),
        ("crontab conf/jobs", "/app/conf/jobs | /var/spool/cron/crontabs | "),
        ("crontab -l", " |  | "),
        ("sqlite3 -batch a.db < a.sql", "/app /app/a.sql | /app/a.db | "),
        ("git rev-parse HEAD", " |  | "),
        ("useradd -m app", " | /home/app | "),
        ("useradd app", " |  | "),
        ("useradd -m -d /srv/app app", " | /srv/app | "),
        ("adduser --system --no-create-home app", " |  | "),
        ("make", "/app | /app | "),
        ("make install", "/app | /app /usr/local | "),
        ("make install PREFIX=/opt/x", "/app | /app /opt/x /usr/local | "),
        ("./configure --prefix=/usr", "/app | /app /usr | "),
        ("./configure --prefix /opt/y", "/app | /app /opt/y | "),
        ("cmake -DCMAKE_INSTALL_PREFIX:PATH=/opt/z .", "/app | /app /opt/z | "),
        ("apt-get install -y ./x.deb", "/app/x.deb |  | "),
        ("/bin/mkdir x", " | /app/x | "),
        ("sudo -u app mkdir x", " | /app/x | "),
        ("sh -c 'mkdir x'", " | /app/x | "),
    ],
)
def test_a_command_touches_what_its_manual_says(tmp_path: Path, command: str, touched: str) -> None:
    effect = effect_of(tmp_path, command)
    assert effect.opaque is None
    assert paths(effect.reads, effect.writes, effect.deletes) == touched


@pytest.mark.parametrize(
    ("command", "again"),
    [
        ("mkdir x", True),
        ("chmod +x run.sh", True),
        ("useradd app", True),
        ("apt-get update", True),
        ("ldconfig", True),
        ("curl -o x https://h.example/x", False),
        ("git clone https://h.example/o/r", False),
        ("tar xzf a.tar.gz -C /opt", True),
        ("tar xz -C /opt", False),
        ("make", False),
        ("gcc -o x src/main.c", False),
    ],
)
def test_only_what_gives_the_same_again_is_repeatable(tmp_path: Path, command: str, again: bool) -> None:
    assert effect_of(tmp_path, command).repeatable is again


@pytest.mark.parametrize(
    ("command", "packages", "removed", "group"),
    [
        ("apt-get install -y --no-install-recommends gcc=4:12.2 libpq-dev", "gcc libpq-dev", "", None),
        ("apt install -t bookworm-backports curl/stable libc6:i386", "curl libc6", "", None),
        ("DEBIAN_FRONTEND=noninteractive apt-get -qq -y install tzdata", "tzdata", "", None),
        ("apt-get -o Dpkg::Use-Pty=0 install git", "git", "", None),
        ("apk add --no-cache --virtual .build gcc musl-dev~1.2", "gcc musl-dev", "", ".build"),
        ("apk add -t build-deps gcc", "gcc", "", "build-deps"),
        ("apk --no-cache add curl>8", "curl", "", None),
        ("apt-get purge -y --auto-remove gcc make", "", "gcc make", None),
        ("apk del .build", "", ".build", None),
        ("yum install -y gcc", "gcc", "", None),
    ],
)
def test_package_managers_install_and_remove_packages_by_plain_name(
    tmp_path: Path, command: str, packages: str, removed: str, group: str | None
) -> None:
    action = actions_of(tmp_path, f"RUN {command}\n")[-1]
    step = action.known.packages
    assert step is not None
    assert (" ".join(action.effect.packages), " ".join(action.effect.removes), step.virtual) == (
        packages,
        removed,
        group,
    )


@pytest.mark.parametrize("command", ["dpkg --print-architecture", "frobnicate --version", "ffmpeg -version"])
def test_asking_for_a_version_or_an_architecture_changes_nothing(tmp_path: Path, command: str) -> None:
    assert effect_of(tmp_path, command) == NOTHING


def test_dpkg_installs_package_files(tmp_path: Path) -> None:
    effect = effect_of(tmp_path, "dpkg -i /opt/a_1.0_amd64.deb")
    assert effect.packages and effect.repeatable
    assert [place.path for place in effect.reads] == ["/opt/a_1.0_amd64.deb"]


@pytest.mark.parametrize(
    "command",
    [
        "frobnicate",
        "$TOOL x",
        "curl https://h.example/install | sh",
        "./no-such-script",
        "./aws/install",
        "dpkg --configure -a",
        "sh -c 'frobnicate x'",
        "ls | xargs frobnicate",
    ],
)
def test_a_command_that_nobody_knows_may_write_everywhere(tmp_path: Path, command: str) -> None:
    step = walk_of(tmp_path, f"RUN {command}\n").steps[-1]
    assert step.opaque
    assert EVERYWHERE in step.actions[-1].effect.writes


@pytest.mark.parametrize(
    ("run", "written"),
    [
        ("cd /opt && touch a", "/opt/a"),
        ("cd /opt; cd x; touch a", "/opt/x/a"),
        ("(cd /opt && touch a); touch b", "/opt/a /app/b"),
        ("cd && touch a", "/root/a"),
        ("cd $where && touch a", "/app/$where/a"),
        ("D=/srv; touch $D/a", "/srv/a"),
        ("export D=/srv && touch $D/a", "/srv/a"),
        ('mkdir "a b"', "/app/a b"),
        ("sh run.sh", "/made /app/out"),
        ("./run.sh", "/made /app/out"),
        ("sh -c 'cd /opt && touch a' && touch b", "/opt/a /app/b"),
        ("if test -f x; then touch a; else touch b; fi", "/app/a /app/b"),
        ("for f in 1; do touch a; done", "/app/a"),
    ],
)
def test_a_run_is_followed_command_by_command(tmp_path: Path, run: str, written: str) -> None:
    found = [place for action in actions_of(tmp_path, f"RUN {run}\n") for place in action.effect.writes]
    assert " ".join(str(place) for place in found) == written


@pytest.mark.parametrize(
    ("run", "caches", "writes"),
    [
        ("RUN forge --cache /c --writes w", "/c", "/app/w"),
        ("RUN --mount=type=cache,target=/c forge --cache /c/x --writes w", "", "/app/w"),
        ("RUN --mount=type=tmpfs,target=w forge --cache /c --writes w/x", "/c", ""),
        ("RUN --mount=type=bind,source=src,target=/s forge --writes /s/x", "", ""),
    ],
)
def test_what_goes_to_a_mount_is_not_in_the_image(tmp_path: Path, run: str, caches: str, writes: str) -> None:
    (action,) = actions_of(tmp_path, run + "\n")
    assert paths(action.effect.caches, action.effect.writes) == f"{caches} | {writes}"


def test_what_is_taken_out_of_a_mounted_cache_cannot_be_taken_out_again(tmp_path: Path) -> None:
    run = "RUN --mount=type=cache,target=/c true && cp /c/made /usr/bin/made && cp /app/run.sh /usr/bin/run"
    repeatable = [action.effect.repeatable for action in actions_of(tmp_path, run + "\n")]
    assert repeatable == [True, False, True]


@pytest.mark.parametrize(
    ("lines", "path", "content"),
    [
        ("", "/app/run.sh", True),
        ("RUN chmod +x run.sh", "/app/run.sh", True),
        ("RUN sed -i 's/\\r$//' run.sh", "/app/run.sh", True),
        ("RUN sed -i s/made/other/ run.sh", "/app/run.sh", False),
        ("RUN rm run.sh", "/app/run.sh", False),
        ("RUN rm run.sh\nCOPY run.sh .", "/app/run.sh", True),
        ("RUN echo x > run.sh", "/app/run.sh", False),
        ("COPY run.sh /usr/local/bin/", "/usr/local/bin/run.sh", True),
        ("COPY run.sh /go", "/go", True),
        ("COPY src notes.txt /x/", "/x/main.c", True),
        ("COPY src/ ./", "/app/main.c", True),
        ("COPY s*/main.c /x/y/", "/x/y/main.c", True),
        ('COPY ["notes.txt", "/a b/"]', "/a b/notes.txt", True),
        ("COPY --from=other notes.txt /n", "/n", False),
        ("ADD a.tar.gz /z/", "/z/a.tar.gz", False),
        ("RUN --mount=type=bind,source=src,target=/m true", "/m/main.c", False),
        ("RUN --mount=type=bind,source=src,target=/app true", "/app/run.sh", True),
    ],
)
def test_a_file_of_the_context_is_known_until_something_changes_it(
    tmp_path: Path, lines: str, path: str, content: bool
) -> None:
    assert (walk_of(tmp_path, lines + "\n").final.tree.text(path) is not None) is content


def test_what_was_mounted_is_remembered_as_deleted_sources_are(tmp_path: Path) -> None:
    tree = walk_of(tmp_path, "RUN --mount=type=bind,source=src,target=/m true\n").final.tree
    kept = Tree(tree.context, tuple(event for event in tree.events if not isinstance(event, Gone)))
    assert kept.is_file("/m/main.c")


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        ("COPY notes.txt /usr/local/bin\n", "/usr/local/bin/notes.txt"),
        ("RUN mkdir -p /deploy\nCOPY notes.txt /deploy\n", "/deploy/notes.txt"),
        ("RUN cp run.sh /deploy/x\nCOPY notes.txt /deploy\n", "/deploy/notes.txt"),
        ("COPY notes.txt /deploy\n", "/deploy"),
    ],
)
def test_a_file_is_copied_into_a_directory_that_is_there(tmp_path: Path, lines: str, path: str) -> None:
    assert walk_of(tmp_path, lines).final.tree.is_file(path)


def test_what_dockerignore_leaves_out_is_not_in_the_image(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("*.txt\n")
    tree = walk_of(tmp_path, "").final.tree
    assert (tree.is_file("/app/run.sh"), tree.is_file("/app/notes.txt")) == (True, False)


ENTRY = {
    "entry.sh": '#!/bin/bash\nset -e\nif [ "$1" = serve ]; then git pull; fi\nexec "$@"\n',
    "gosu.sh": '#!/bin/sh\nset -- gosu app "$@"\nexec "$@"\n',
    "su.sh": '#!/bin/sh\nexec su app -c "$*"\n',
    "lib.sh": "curl localhost\n",
    "sourcing.sh": "#!/bin/sh\n. ./lib.sh\nserve\n",
    "loop.sh": "#!/bin/sh\n./loop.sh\n",
    "evil.sh": '#!/bin/sh\neval "$WHAT"\n',
    "shift.sh": '#!/bin/sh\nset -e\nhost="$1"\nshift\ncmd="$@"\nuntil nc -z $host 1; do sleep 1; done\nexec $cmd\n',
    "all.sh": '#!/bin/sh\nall="$*"\nexec su app -c "$all"\n',
    "program": "ELF",
    "tab": "SHELL=/bin/sh\n# m h\n*/5 0-4 * * mon root cd /app && ffmpeg -i x\n",
    "own": "@daily /usr/bin/ffmpeg -i \\%\n",
    "wait.sh": '#!/bin/bash\nwhile [ $# -gt 0 ]; do case $1 in --) shift; LEFT=("$@"); break;; *) shift;; esac; done\n'
    'timeout $FLAG 15 $0 --child\nexec "${LEFT[@]}"\n',
    "make.sh": "#!/bin/sh\nif [ -n $FIRST ]; then forge x; fi\nserve\n",
}


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
    ],
)
def test_a_start_is_followed_to_the_program(tmp_path: Path, lines: str, reached: str) -> None:
    start = started(tmp_path, f"FROM debian:12\nWORKDIR /app\nCOPY . .\n{lines}\n", ENTRY)
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
    start = started(tmp_path, f"FROM debian:12\nWORKDIR /app\nCOPY . .\n{lines}\n", ENTRY)
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
        ('RUN echo serve > /s && chmod +x /s\nCMD ["/s"]', False),
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
        ('CMD ["./loop.sh"]', True),
        ('CMD ["./wait.sh", "db:5432", "--", "serve"]', True),
        ('CMD ["./shift.sh", "db", "serve"]', True),
        ("RUN curl -o /bin/wait-for-it.sh https://h.example/w\nCMD wait-for-it.sh db:5432 -- serve", True),
        ("RUN curl -o /bin/grpc_health_probe https://h.example/p\nCMD /bin/grpc_health_probe", True),
    ],
)
def test_a_program_that_may_call_anything_is_said_to(tmp_path: Path, lines: str, is_known: bool) -> None:
    start = started(tmp_path, f"FROM debian:12\nWORKDIR /app\nCOPY . .\n{lines}\n", ENTRY)
    assert (start.unknown == ()) is is_known


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        ("CMD forge x", True),
        ("CMD make run", True),
        ("CMD cargo run", True),
        ("CMD serve", False),
        ('CMD ["./make.sh"]', False),
    ],
)
def test_a_start_that_builds_needs_the_toolchain(tmp_path: Path, lines: str, refused: bool) -> None:
    start = started(tmp_path, f"FROM debian:12\nWORKDIR /app\nCOPY . .\n{lines}\n", ENTRY)
    assert (start.toolchain is not None) is refused


def test_a_build_that_only_may_happen_at_the_start_needs_its_program(tmp_path: Path) -> None:
    start = started(tmp_path, 'FROM debian:12\nWORKDIR /app\nCOPY . .\nCMD ["./make.sh"]\n', ENTRY)
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
