"""What Maven and the programs of the JDK read, write and leave behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from maven_image import MAIN, SOURCE, Stage, pom
from projects import paths
from restage.api import ClaimKind, replace


def test_resolving_reads_the_poms_alone(tmp_path: Path) -> None:
    files = {
        "pom.xml": pom("<packaging>pom</packaging><modules><module>web</module></modules>", name="all"),
        "web/pom.xml": pom(name="web"),
        ".mvn/maven.config": "-B\n",
        "mvnw": "#!/bin/sh\n",
        SOURCE: MAIN,
    }
    effect = Stage(tmp_path, files).effect("./mvnw dependency:go-offline")
    assert effect is not None and effect.writes == ()
    own = {path for path in paths(effect.reads) if path.startswith("/app")}
    assert own == {"/app/pom.xml", "/app/web/pom.xml", "/app/.mvn", "/app/mvnw"}
    assert "/root/.m2/repository" in paths(effect.caches)


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("mvn package -Pprod", "mvn -B -P prod dependency:go-offline || true"),
        ("mvn -s ci.xml package", "mvn -B -s ci.xml dependency:go-offline || true"),
        ("mvn package -P $PROFILE", None),
        ("mvn package -P$PROFILE", None),
        ("mvn -o package", None),
    ],
)
def test_resolving_beforehand_takes_what_the_author_wrote(
    tmp_path: Path, command: str, expected: str | None
) -> None:
    """A value that a variable told is no constant: `--build-arg` may tell another."""
    stage = Stage(tmp_path, {"pom.xml": pom(), "ci.xml": "", SOURCE: MAIN}, environment={"PROFILE": "dev"})
    effect = stage.effect(command)
    assert effect is not None
    assert (effect.prefetch.command if effect.prefetch else None) == expected


def test_resolving_with_a_repository_in_the_project_reads_it_all(tmp_path: Path) -> None:
    inside = "<repositories><repository><url>file://${project.basedir}/lib</url></repository></repositories>"
    effect = Stage(tmp_path, {"pom.xml": pom(inside)}).effect("mvn dependency:resolve")
    assert effect is not None and "/app" in paths(effect.reads)


def test_packaging_reads_and_writes_the_project(tmp_path: Path) -> None:
    effect = Stage(tmp_path, {"pom.xml": pom(), SOURCE: MAIN}).effect("mvn package")
    assert effect is not None and {"/app", "/app/target/shop-1.2.jar"} <= paths(effect.writes)
    assert "/app" in paths(effect.reads)
    assert [claim.kind for claim in effect.claims] == [ClaimKind.BOUNDED_WRITES]


def test_a_wrapper_is_read_by_its_own_name(tmp_path: Path) -> None:
    """Else a COPY that moves down would bring it back as it was before `chmod`."""
    files = {"pom.xml": pom(), "mvnw": "#!/bin/sh\n", SOURCE: MAIN}
    effect = Stage(tmp_path, files).effect("./mvnw package")
    assert effect is not None and {"/app", "/app/mvnw"} <= paths(effect.reads)


def test_at_the_top_of_the_image_only_known_outputs_are_written(tmp_path: Path) -> None:
    effect = Stage(tmp_path, {"pom.xml": pom()}, directory="/").effect("mvn package")
    assert effect is not None and paths(effect.writes) == {"/target"}


@pytest.mark.parametrize(
    ("text", "environment"),
    [
        ("mvn compile dependency:build-classpath -Dmdep.outputFile=cp.txt", {}),
        ("mvn package", {"CLASSPATH": "/root/.m2/repository/a.jar"}),
    ],
)
def test_a_repository_that_is_run_from_is_no_cache(
    tmp_path: Path, text: str, environment: dict[str, str]
) -> None:
    effect = Stage(tmp_path, {"pom.xml": pom()}, environment=environment).effect(text)
    assert effect is not None
    assert "/root/.m2/repository" in paths(effect.writes) - paths(effect.caches)


def test_a_repository_that_compose_builds_with_is_no_cache(tmp_path: Path) -> None:
    compose = "services:\n  app:\n    command: mvn spring-boot:run\n"
    effect = Stage(tmp_path, {"pom.xml": pom(), "docker-compose.yml": compose}).effect("mvn package")
    assert effect is not None and "/root/.m2/repository" in paths(effect.writes)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("javac Main.java", {"/app"}),
        ("javac -d out src/Main.java", {"/app/out"}),
        ("javac -cp lib/a.jar src/org/Main.java", {"/app/src/org"}),
        ("jar cfe app.jar Main Main.class", {"/app/app.jar"}),
        ("jar --create --file app.jar -C out .", {"/app/app.jar"}),
        ("keytool -importcert -keystore /opt/trust.jks -file ca.crt", {"/opt/trust.jks"}),
        ("java -version", set()),
        (
            "java -jar gen.jar -i /api.yaml -o /srv/docs --out=../gen",
            {"/api.yaml", "/app", "/srv/docs", "/gen"},
        ),
        ("java -jar shop.jar --server.servlet.context-path=/api", {"/app"}),
        ("java -Djarmode=layertools -jar a/shop.jar extract", {"/app"}),
        ("java -Djarmode=tools -jar a/shop.jar extract --layers", {"/app/shop"}),
        ("java -Djarmode=tools -jar shop.jar extract --destination /layers", {"/layers"}),
        ("jdeps app.jar", set()),
    ],
)
def test_programs_of_the_jdk_write_where_they_are_told(tmp_path: Path, text: str, written: set[str]) -> None:
    effect = Stage(tmp_path, {}).effect(text)
    assert effect is not None and paths(effect.writes) == written


def test_a_certificate_is_taken_in_again(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {})
    taken, made = (
        stage.effect(f"keytool -{what} -keystore /k.jks") for what in ("importcert -file a", "genkeypair")
    )
    assert taken is not None and made is not None
    assert (taken.repeatable, made.repeatable) == (True, False)


def test_browsers_that_a_plugin_installs_are_not_followed(tmp_path: Path) -> None:
    text = "mvn exec:java -D exec.mainClass=com.microsoft.playwright.CLI -D exec.args=install"
    effect = Stage(tmp_path, {"pom.xml": pom()}).effect(text)
    assert effect is not None and effect.opaque is not None


@pytest.mark.parametrize(
    ("path", "reads"),
    [("/schemas", True), ("../schemas", True), ("${basedir}/../schemas", True), ("schemas", False)],
)
def test_what_a_pom_names_outside_its_project_is_read(tmp_path: Path, path: str, reads: bool) -> None:
    inside = f"<build><resources><resource><directory>{path}</directory></resource></resources></build>"
    stage = Stage(tmp_path, {"schemas/a.xsd": "", "app/pom.xml": pom(inside)}, directory="/")
    stage.state = replace(stage.state, directory="/app")
    effect = stage.effect("mvn package")
    assert effect is not None
    assert ("/schemas" in paths(effect.reads)) is reads
