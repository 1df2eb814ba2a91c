"""How a Maven command and its manifests are read, and what they name the artifact."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maven_image import MAIN, SOURCE, Stage, plugin, pom
from projects import paths
from restage.api import Command, ProductKind
from restage_strategies.maven.commands import as_maven, read_maven
from restage_strategies.maven.pom import read_pom
from restage_strategies.maven.source_text import read_source


@pytest.mark.parametrize(
    ("text", "goals", "packages"),
    [
        ("mvn clean package -DskipTests", ("clean", "package"), True),
        ("mvn -B -ntp -T 1C -f app/pom.xml -P prod,!dev verify", ("verify",), True),
        ("./mvnw -q dependency:go-offline", ("dependency:go-offline",), False),
        ("sh ./mvnw install", ("install",), True),
        ("mvn -o -pl web -am -Drevision=1 -s settings.xml compile", ("compile",), False),
        ("mvn compile assembly:single", ("compile", "assembly:single"), True),
        ("mvn --file=app/pom.xml --also-make package", ("package",), True),
    ],
)
def test_goals_are_told_from_options(text: str, goals: tuple[str, ...], packages: bool) -> None:
    command = as_maven(Command(tuple(text.split())))
    assert command is not None
    found = read_maven(command)
    assert (found.goals, found.packages) == (goals, packages)


def test_a_goal_is_known_by_its_plugin_and_name() -> None:
    words = ("mvn", "org.apache.maven.plugins:maven-dependency-plugin:3.6.0:go-offline@all")
    assert read_maven(Command(words)).plugin_goals == ("dependency:go-offline",)


@pytest.mark.parametrize(
    ("inside", "command", "jar"),
    [
        ("", "mvn package", "target/shop-1.2.jar"),
        ("<packaging>war</packaging>", "mvn package", "target/shop-1.2.war"),
        ("<build><finalName>app</finalName></build>", "mvn package", "target/app.jar"),
        ("<build><finalName>${project.artifactId}</finalName></build>", "mvn package", "target/shop.jar"),
        ("<build><directory>out</directory></build>", "mvn package", "out/shop-1.2.jar"),
        (plugin("maven-shade-plugin", "<outputFile>bin/all.jar</outputFile>"), "mvn install", "bin/all.jar"),
        (
            plugin("spring-boot-maven-plugin", "<classifier>exec</classifier>"),
            "./mvnw package",
            "target/shop-1.2-exec.jar",
        ),
        (
            plugin("maven-assembly-plugin", "<descriptorRef>jar-with-dependencies</descriptorRef>"),
            "mvn compile assembly:single",
            "target/shop-1.2-jar-with-dependencies.jar",
        ),
        (plugin("quarkus-maven-plugin"), "mvn package", "target/quarkus-app"),
        (
            "<profiles><profile><id>fat</id><build><finalName>fat</finalName></build></profile></profiles>",
            "mvn -Pfat package",
            "target/fat.jar",
        ),
    ],
)
def test_the_artifact_is_named_as_the_pom_says(tmp_path: Path, inside: str, command: str, jar: str) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom(inside), SOURCE: MAIN})
    assert f"/app/{jar}" in paths(tuple(product.region for product in stage.run(command)))


def test_versions_come_from_the_command_line_and_from_parents(tmp_path: Path) -> None:
    parent = "<parent><groupId>org.example</groupId><artifactId>all</artifactId><version>${revision}</version></parent>"
    files = {
        "pom.xml": pom(
            "<packaging>pom</packaging><modules><module>web</module></modules>",
            name="all",
            version="<version>${revision}</version>",
        ),
        "web/pom.xml": pom(parent, name="web", version=""),
    }
    made = Stage(tmp_path, files).run("mvn -Drevision=7.1 package")
    assert "/app/web/target/web-7.1.jar" in {product.region.path for product in made}


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa">]><project>&a;</project>',
        "<project>" + "<a>" * 500 + "</a>" * 500 + "</project>",
        "<project",
        "<html></html>",
        "",
    ],
)
def test_what_is_no_plain_pom_is_not_read(text: str) -> None:
    assert read_pom(text) is None


def test_values_that_name_each_other_end(tmp_path: Path) -> None:
    inside = (
        "<properties><a>${b}</a><b>${a}</b></properties><build><finalName>${project.build.finalName}-${a}</finalName>"
        "<directory>${project.build.directory}/x</directory></build>"
    )
    made = Stage(tmp_path, {"pom.xml": pom(inside)}).run("mvn package")
    assert {product.region.path for product in made if product.kind is ProductKind.ARTIFACT} == {"/app"}


@given(st.text(max_size=200))
def test_any_text_is_read_as_pom_and_source(text: str) -> None:
    read_pom(text)
    assert len(read_source(text).code) == len(text)
