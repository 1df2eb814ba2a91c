"""What a start of a Java program runs and needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from maven_image import SOURCE, Stage, pom
from restage.api import Command, PathNeed, ProgramNeed
from restage_strategies.maven.java_command import read_java


@pytest.mark.parametrize(
    ("text", "target", "files"),
    [
        ("java -jar app.jar --port 80", "app.jar", ("app.jar",)),
        ("java -Xmx1g -javaagent:a.jar=x -jar app.jar", "app.jar", ("a.jar", "app.jar")),
        ("java -cp a.jar:lib/* org.Main", "org.Main", ("a.jar", "lib/*")),
        ("java $JAVA_OPTS -jar app.jar", "app.jar", ("app.jar",)),
        ("java --module-path mods -m shop/org.Main", "shop/org.Main", ("mods",)),
        ("java --add-opens java.base/x=ALL Main", "Main", ()),
        ("java -version", None, ()),
        ("java -jar -Xmx300m app.jar --port 80", "app.jar", ("app.jar",)),
        ("java -jar $JAVA_OPTS app.jar", "app.jar", ("app.jar",)),
        ("java -jar $JAR server a.yml", "$JAR", ("$JAR",)),
    ],
)
def test_what_java_runs(text: str, target: str | None, files: tuple[str, ...]) -> None:
    run = read_java(Command(tuple(text.split())))
    assert (run.target, run.files) == (target, files)


@pytest.mark.parametrize(
    "words",
    [
        ("mvn", "spring-boot:run"),
        ("./mvnw", "exec:java"),
        ("javac", "Main.java"),
        ("java", "Main.java"),
        ("jshell",),
    ],
)
def test_a_start_that_builds_needs_the_toolchain(tmp_path: Path, words: tuple[str, ...]) -> None:
    found = Stage(tmp_path, {}).resolve(*words)
    assert found is not None and found.toolchain is not None


def test_a_start_needs_its_jar_and_the_programs_that_sources_name(tmp_path: Path) -> None:
    calls = 'class A { void a() throws Exception { new ProcessBuilder("git", "log").start(); } }\n'
    stage = Stage(tmp_path, {"pom.xml": pom(), SOURCE: calls})
    stage.run("mvn package")
    found = stage.resolve("java", "-jar", "target/shop-1.2.jar")
    assert found is not None and found.anything is None
    assert PathNeed("/app/target/shop-1.2.jar", "`java -jar target/shop-1.2.jar` runs it") in found.needs
    assert {need.program for need in found.needs if isinstance(need, ProgramNeed)} == {"java", "git"}


def test_a_jar_of_the_context_may_call_anything(tmp_path: Path) -> None:
    found = Stage(tmp_path, {"app.jar": ""}).resolve("java", "-jar", "app.jar")
    assert found is not None and found.anything is not None


@pytest.mark.parametrize("named", ["target/shop.war", "target/*.war"])
def test_an_archive_that_a_server_takes_up_is_needed(tmp_path: Path, named: str) -> None:
    inside = "<packaging>war</packaging><build><finalName>shop</finalName></build>"
    stage = Stage(tmp_path, {"pom.xml": pom(inside), "runner.jar": b"PK"})
    stage.run("mvn package")
    found = stage.resolve("java", "-jar", "runner.jar", named)
    assert found is not None
    places = {need.path for need in found.needs if isinstance(need, PathNeed)}
    assert "/app/target/shop.war" in places or "/app/target" in places


def test_a_file_that_only_running_makes_is_not_needed(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom()})
    stage.run("mvn package")
    found = stage.resolve("java", "-Dlog=target/app.log", "-jar", "target/shop-1.2.jar")
    assert found is not None
    assert "/app/target/app.log" not in {n.path for n in found.needs if isinstance(n, PathNeed)}
