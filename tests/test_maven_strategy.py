"""The Maven strategy: where a build puts its jar, what a start needs, and what a JRE lacks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restage.api import (
    Case,
    ClaimKind,
    Command,
    Context,
    Effect,
    PathNeed,
    Product,
    ProductKind,
    ProgramNeed,
    Reduction,
    ReductionKind,
    Region,
    Resolution,
    Role,
    Start,
    State,
    Tree,
    Verdict,
    commands_of,
)
from restage.api.tree import Changed, Placed
from restage.image.base import base_image
from restage.image.reference import parse_reference
from restage.planning.judge import verdict
from restage_strategies.maven import STRATEGY
from restage_strategies.maven.commands import as_maven, read_maven
from restage_strategies.maven.java_command import read_java
from restage_strategies.maven.pom import read_pom
from restage_strategies.maven.source_text import read_source

MAIN = "package org.example;\n\npublic class Main {\n    public static void main(String[] words) {}\n}\n"
SOURCE = "src/main/java/org/example/Main.java"


def pom(inside: str = "", *, name: str = "shop", version: str = "<version>1.2</version>") -> str:
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        f"<groupId>org.example</groupId><artifactId>{name}</artifactId>{version}{inside}</project>"
    )


def plugin(name: str, settings: str = "", goals: str = "") -> str:
    return (
        f"<build><plugins><plugin><artifactId>{name}</artifactId><executions><execution><goals>{goals}</goals>"
        f"</execution></executions><configuration>{settings}</configuration></plugin></plugins></build>"
    )


class Stage:
    """A stage with a project in it: `COPY . DIRECTORY`, then RUN commands."""

    def __init__(
        self,
        root: Path,
        files: dict[str, str],
        base: str = "maven:3.9-eclipse-temurin-17",
        directory: str = "/app",
        environment: dict[str, str] | None = None,
    ) -> None:
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        reference = parse_reference(base)
        assert reference is not None
        known = {"PATH": "/usr/bin:/bin", **(environment or {})}
        tree = Tree(Context(root)).then(Placed(Region(directory), ""))
        self.state = State(directory, "root", known, base_image(reference), tree)
        self.case = Case(Context(root), self.state.base, ())

    def effect(self, text: str) -> Effect | None:
        *before, command = self._commands(text)
        self.case = replace(self.case, commands=(*before, command))
        return STRATEGY.effect(command, self.state, self.case)

    def run(self, text: str) -> list[Product]:
        """Run commands one after the other; what they made."""
        made: list[Product] = []
        commands = self._commands(text)
        self.case = replace(self.case, commands=commands)
        for command in commands:
            effect = STRATEGY.effect(command, self.state, self.case)
            writes = (self.state.path(command.words[-1]),) if effect is None else effect.writes
            if effect is not None:
                made += STRATEGY.products(command, effect, self.state, self.case)
            events = (Changed(place, str(command)) for place in writes)
            self.state = replace(self.state, tree=self.state.tree.then(*events))
        return made

    def resolve(self, *words: str) -> Resolution | None:
        return STRATEGY.resolve(Command(words, raw=" ".join(words)), self.state, self.case)

    def offers(self, text: str, *start: str) -> dict[ReductionKind, Reduction]:
        """What is offered for the last artifact that the commands make, where this is the start."""
        product = [made for made in self.run(text) if made.kind is ProductKind.ARTIFACT][-1]
        command = Command(start, raw=" ".join(start))
        resolution = self.resolve(*start)
        needs = resolution.needs if resolution else ()
        starts = (Start(Role.START, "CMD", command, (command,), needs, (), None),)
        return {each.kind: each for each in STRATEGY.reductions(product, starts, self.state, self.case)}

    def _commands(self, text: str) -> tuple[Command, ...]:
        found = commands_of(text, self.state)
        assert found is not None
        return found


def paths(regions: tuple[Region, ...]) -> set[str]:
    return {place.path for place in regions}


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


def test_an_option_between_jar_and_its_file_is_no_file(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom(), SOURCE: MAIN})
    start = ("java", "-jar", "-Xmx300m", "target/shop-1.2.jar")
    offer = stage.offers("mvn package", *start)[ReductionKind.ARTIFACT_ONLY]
    assert paths(offer.keeps) == {"/app/target/shop-1.2.jar"}


def test_a_class_path_that_is_the_project_keeps_it_whole(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom(), SOURCE: MAIN})
    assert ReductionKind.ARTIFACT_ONLY not in stage.offers("mvn package", "java", "shop.Main")


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


@pytest.mark.parametrize(
    ("source", "kind", "expected"),
    [
        (MAIN, ClaimKind.JAR_RUNTIME, Verdict.PROVEN),
        ("import javax.tools.ToolProvider;\n", ClaimKind.JAR_RUNTIME, Verdict.REFUTED),
        ("// import javax.tools.ToolProvider;\n", ClaimKind.JAR_RUNTIME, Verdict.PROVEN),
        ("import com.sun.tools.attach.VirtualMachine;\n", ClaimKind.JAR_RUNTIME, Verdict.REFUTED),
        (MAIN, ClaimKind.UNNAMED_PROGRAM, Verdict.EXPECTED),
        ("class A { Object a = new ProcessBuilder(name); }\n", ClaimKind.UNNAMED_PROGRAM, Verdict.OPEN),
        ('class A { Object a = Runtime.getRuntime().exec("ls -l"); }\n', ClaimKind.UNNAMED_PROGRAM, Verdict.EXPECTED),
        ("class A { Object a = Runtime.getRuntime().exec(line); }\n", ClaimKind.UNNAMED_PROGRAM, Verdict.OPEN),
        ("/* new ProcessBuilder(x) */ class A {}\n", ClaimKind.UNNAMED_PROGRAM, Verdict.EXPECTED),
    ],
)  # fmt: skip
def test_sources_tell_whether_a_jre_will_do(
    tmp_path: Path, source: str, kind: ClaimKind, expected: Verdict
) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom(), SOURCE: source})
    offer = stage.offers("mvn package", "java", "-jar", "target/shop-1.2.jar")[ReductionKind.SIBLING_BASE]
    assert {claim.kind: verdict(claim) for claim in offer.claims}[kind] is expected


def test_without_sources_nothing_tells(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom()})
    offer = stage.offers("mvn package", "java", "-jar", "target/shop-1.2.jar")[ReductionKind.SIBLING_BASE]
    assert {verdict(claim) for claim in offer.claims} == {Verdict.OPEN}


@pytest.mark.parametrize(
    ("dependency", "expected"),
    [("net.openhft:compiler", Verdict.REFUTED), ("org.example:words", Verdict.PROVEN)],
)
def test_a_library_that_compiles_needs_the_jdk(tmp_path: Path, dependency: str, expected: Verdict) -> None:
    group, _, name = dependency.partition(":")
    inside = f"<dependencies><dependency><groupId>{group}</groupId><artifactId>{name}</artifactId></dependency></dependencies>"
    stage = Stage(tmp_path, {"pom.xml": pom(inside), SOURCE: MAIN})
    offer = stage.offers("mvn package", "java", "-jar", "target/shop-1.2.jar")[ReductionKind.SIBLING_BASE]
    assert verdict(offer.claims[0]) is expected


def test_the_artifact_goes_along_with_what_is_no_source(tmp_path: Path) -> None:
    files = {"pom.xml": pom(), SOURCE: MAIN, "config/a.yml": "", "README.md": "", "logo.png": ""}
    stage = Stage(tmp_path, files)
    offer = stage.offers("mvn package", "java", "-jar", "target/shop-1.2.jar")[ReductionKind.ARTIFACT_ONLY]
    assert paths(offer.keeps) == {"/app/target/shop-1.2.jar", "/app/config"}
    assert verdict(offer.claims[0]) is Verdict.PROVEN


def test_a_file_that_sources_name_goes_along(tmp_path: Path) -> None:
    source = (
        'class A { java.io.File a = new java.io.File("src/data/a.csv"), b = new java.io.File("logo.png"); }\n'
    )
    files = {"pom.xml": pom(), SOURCE: source, "src/data/a.csv": "", "logo.png": ""}
    stage = Stage(tmp_path, files)
    offer = stage.offers("mvn package", "java", "-jar", "target/shop-1.2.jar")[ReductionKind.ARTIFACT_ONLY]
    assert paths(offer.keeps) == {"/app/target/shop-1.2.jar", "/app/src/data/a.csv", "/app/logo.png"}


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (plugin("maven-antrun-plugin", goals="<goal>run</goal>"), Verdict.OPEN),
        (plugin("maven-resources-plugin"), Verdict.PROVEN),
        (
            plugin("maven-jar-plugin", "<addClasspath>true</addClasspath>")
            + "<dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId></dependency></dependencies>",
            Verdict.OPEN,
        ),
    ],
)
def test_plugins_that_may_write_beside_the_artifact_leave_it_open(
    tmp_path: Path, inside: str, expected: Verdict
) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom(inside), SOURCE: MAIN})
    offer = stage.offers("mvn package", "java", "-jar", "target/shop-1.2.jar")[ReductionKind.ARTIFACT_ONLY]
    assert verdict(offer.claims[0]) is expected


def test_a_pattern_takes_the_build_directory_along(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom(), SOURCE: MAIN})
    offer = stage.offers("mvn package", "java", "-jar", "target/*.jar")[ReductionKind.ARTIFACT_ONLY]
    assert paths(offer.keeps) == {"/app/target"}


def test_a_jar_of_another_name_takes_its_directory_along(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom(), SOURCE: MAIN})
    offer = stage.offers("mvn package", "java", "-jar", "target/other.jar")[ReductionKind.ARTIFACT_ONLY]
    assert paths(offer.keeps) == {"/app/target"}


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ('class A { Object a = page.attr("src"); }\n', set()),
        ('class A { Object a = new java.io.File("src"); }\n', {"/app/src"}),
    ],
)
def test_the_sources_go_along_only_if_they_are_opened(tmp_path: Path, source: str, kept: set[str]) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom(), SOURCE: source})
    offer = stage.offers("mvn package", "java", "-jar", "target/shop-1.2.jar")[ReductionKind.ARTIFACT_ONLY]
    assert paths(offer.keeps) == {"/app/target/shop-1.2.jar"} | kept


def test_of_a_jar_that_moved_away_nothing_stays(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom(), SOURCE: MAIN})
    offer = stage.offers("mvn package && mv target/shop-1.2.jar /app.jar", "java", "-jar", "/app.jar")
    assert offer[ReductionKind.ARTIFACT_ONLY].keeps == ()


@pytest.mark.parametrize(
    ("word", "environment"),
    [
        ("--spring.config.location=file:./src/main/conf/a.yml", {}),
        ("serve", {"LOGGING_CONFIG": "/app/src/main/conf/a.yml"}),
    ],
)
def test_a_file_that_the_start_names_goes_along(
    tmp_path: Path, word: str, environment: dict[str, str]
) -> None:
    files = {"pom.xml": pom(), SOURCE: MAIN, "src/main/conf/a.yml": ""}
    stage = Stage(tmp_path, files, environment=environment)
    offer = stage.offers("mvn package", "java", "-jar", "target/shop-1.2.jar", word)
    assert "/app/src/main/conf/a.yml" in paths(offer[ReductionKind.ARTIFACT_ONLY].keeps)


def test_settings_that_name_sources_keep_the_directory(tmp_path: Path) -> None:
    settings = "server.ssl.key-store=src/main/resources/keys.p12\n"
    files = {"pom.xml": pom(), SOURCE: MAIN, "src/main/resources/application.properties": settings}
    offer = Stage(tmp_path, files).offers("mvn package", "java", "-jar", "target/shop-1.2.jar")
    assert verdict(offer[ReductionKind.ARTIFACT_ONLY].claims[0]) is Verdict.REFUTED


def test_browsers_that_a_plugin_installs_are_not_followed(tmp_path: Path) -> None:
    text = "mvn exec:java -D exec.mainClass=com.microsoft.playwright.CLI -D exec.args=install"
    effect = Stage(tmp_path, {"pom.xml": pom()}).effect(text)
    assert effect is not None and effect.opaque is not None


def test_another_command_that_wrote_everywhere_keeps_the_directory(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom(), SOURCE: MAIN})
    offer = stage.offers("mvn package && generate /app", "java", "-jar", "target/shop-1.2.jar")
    assert verdict(offer[ReductionKind.ARTIFACT_ONLY].claims[0]) is Verdict.REFUTED
