"""What commands read, write and delete, and what they install."""

from __future__ import annotations

from pathlib import Path

import pytest

from restage.api.effect import NOTHING, Effect
from restage.api.region import EVERYWHERE
from rooms import actions_of, columns, walk_of


def effect_of(folder: Path, command: str) -> Effect:
    """The effect of the last command of a RUN."""
    return actions_of(folder, f"RUN {command}\n")[-1].effect


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
        ("rm /go*.tar.gz", " |  | "),
        ("rm /*.sh", "/ | / | "),
        ("mkdir -m 700 -p a /b/c", " | /app/a /b/c | "),
        ("touch ~/x", " | /root/x | "),
        ("ln -sf /opt/a /usr/local/bin/b", " | /usr/local/bin/b | "),
        ("ln -s /opt/a /usr/local/bin/", " | /usr/local/bin/a | "),
        ("ln -s ../x", " | /app/x | "),
        ("chmod +x run.sh", "/app/run.sh | /app/run.sh | "),
        ("setcap cap_net_bind_service=+ep bin/a", "/app/bin/a | /app/bin/a | "),
        ("setcap cap_net_bind_service=+ep $(which a)", " |  | "),
        ("chown -R app:app /srv data", "/srv /app/data | /srv /app/data | "),
        ("sed -i s/a/b/ conf/app.conf", "/app/conf/app.conf | /app/conf/app.conf | "),
        ("sed -e s/a/b/ conf/app.conf", "/app/conf/app.conf |  | "),
        ("sed s/a/b/ conf/app.conf > /etc/c", "/app/conf/app.conf | /etc/c | "),
        ("cat < notes.txt", "/app/notes.txt |  | "),
        ("echo hello >> log", " | /app/log | "),
        ("echo hello > /dev/null", " |  | "),
        ("tar xzf a.tar.gz -C /opt", "/app/a.tar.gz | /opt | "),
        ("tar -xf a.tar.gz --directory=/opt/x", "/app/a.tar.gz | /opt/x | "),
        ("unzip /tmp/a.zip tool -d /usr/bin", "/tmp/a.zip | /usr/bin/tool | "),
        ("unzip /tmp/a.zip 't*' -d /usr/bin", "/tmp/a.zip | /usr/bin | "),
        (
            "unzip /tmp/chromedriver_linux64.zip -d /usr/bin",
            "/tmp/chromedriver_linux64.zip | /usr/bin/chromedriver | ",
        ),
        ("unzip /tmp/chromedriver_linux64.zip -d /opt/x", "/tmp/chromedriver_linux64.zip | /opt/x | "),
        (
            "curl -L https://h/geckodriver-v0.31.0-linux64.tar.gz | tar xz -C /usr/bin",
            " | /usr/bin/geckodriver | ",
        ),
        ("curl -L https://h/other.tar.gz | tar xz -C /usr/bin", " | /usr/bin | "),
        ("cd / && unzip awscliv2.zip", "/awscliv2.zip | /aws | "),
        ("./aws/install --bin-dir /opt/bin", "/app/aws | /usr/local/aws-cli /opt/bin | "),
        ("cd / && rm -f geckodriver*.tar.gz", " |  | "),
        ("cd / && rm -rf s*", " | / | "),
        ("gpg --no-default-keyring --keyring /k.gpg --recv-keys 12", " | /k.gpg | "),
        ("gpg --keyring=gnupg-ring:/k.gpg --import a.asc", " | /k.gpg | "),
        ("gpg --no-default-keyring --keyring /k.gpg --list-keys", " |  | "),
        ("ssh-keygen -A", " | /etc/ssh | "),
        ("ssh-keygen -t ed25519 -N '' -f ~/k", " | /root/k /root/k.pub | "),
        ("ssh-keygen -R h.example -f ~/known", " | /root/known | "),
        ("find dist -name '*.html' -exec cp {} /srv/www ';'", "/app/dist | /app/dist /srv/www | "),
        ("tar czf /srv/site.tgz dist", "/app | /srv/site.tgz | "),
        ("tar -C dist --create --file=/srv/site.tar .", "/app/dist | /srv/site.tar | "),
        ("tar -cf - dist", "/app |  | "),
        ("zip -r /srv/site dist", "/app | /srv/site.zip | "),
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
        ("msgfmt -o po/de.mo po/de.po", "/app | /app/po/de.mo | "),
        ("msgfmt --output-file=/srv/de.mo po/de.po", "/app | /srv/de.mo | "),
        ("for f in po/*.po; do msgfmt -o ${f%.po}.mo $f; done", "/app | /app | "),
        ("msgmerge -U po/de.po po/app.pot", "/app | /app | "),
        ("hugo --minify", "/app | /app | "),
        ("hugo -d /var/www/html", "/app | /app /var/www/html | "),
        ("hugo -s site --destination=../../www", "/app | /app/site /www | "),
        ("pandoc -o guide.html guide.md", "/app | /app/guide.html | "),
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
    assert columns(effect.reads, effect.writes, effect.deletes) == touched


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
        "./vendor/install",
        "dpkg --configure -a",
        "sh -c 'frobnicate x'",
        "ls | xargs frobnicate",
    ],
)
def test_a_command_that_nobody_knows_may_write_everywhere(tmp_path: Path, command: str) -> None:
    step = walk_of(tmp_path, f"RUN {command}\n").steps[-1]
    assert step.opaque
    assert EVERYWHERE in step.actions[-1].effect.writes
