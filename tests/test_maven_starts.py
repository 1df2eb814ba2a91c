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
