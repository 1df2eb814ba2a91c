"""What may stay behind around a jar: the JDK, and all but the artifact."""

from __future__ import annotations

from pathlib import Path

import pytest

from maven_image import MAIN, SOURCE, Stage, plugin, pom
from projects import paths
from restage.api import ClaimKind, ReductionKind, Verdict
from restage.planning.judge import verdict


def test_an_option_between_jar_and_its_file_is_no_file(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom(), SOURCE: MAIN})
    start = ("java", "-jar", "-Xmx300m", "target/shop-1.2.jar")
    offer = stage.offers("mvn package", *start)[ReductionKind.ARTIFACT_ONLY]
    assert paths(offer.keeps) == {"/app/target/shop-1.2.jar"}


def test_a_class_path_that_is_the_project_keeps_it_whole(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom(), SOURCE: MAIN})
    assert ReductionKind.ARTIFACT_ONLY not in stage.offers("mvn package", "java", "shop.Main")


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


def test_another_command_that_wrote_everywhere_keeps_the_directory(tmp_path: Path) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom(), SOURCE: MAIN})
    offer = stage.offers("mvn package && generate /app", "java", "-jar", "target/shop-1.2.jar")
    assert verdict(offer[ReductionKind.ARTIFACT_ONLY].claims[0]) is Verdict.REFUTED


@pytest.mark.parametrize(
    ("store", "variable", "expected"),
    [
        ("$JAVA_HOME/jre/lib/security/cacerts", "", Verdict.REFUTED),
        (
            "/certs/own.jks",
            "-Djavax.net.ssl.trustStore=/usr/local/openjdk-8/jre/lib/security/own",
            Verdict.REFUTED,
        ),
        ("/certs/own.jks", "-Djavax.net.ssl.trustStore=/certs/own.jks", Verdict.PROVEN),
    ],
)
def test_the_jre_inside_a_jdk_is_in_no_image_of_the_jre(
    tmp_path: Path, store: str, variable: str, expected: Verdict
) -> None:
    files = {"pom.xml": pom(), SOURCE: MAIN, "ca.crt": ""}
    stage = Stage(tmp_path, files, "maven:3-jdk-8", environment={"JAVA_OPTS": variable})
    command = f"keytool -importcert -noprompt -file ca.crt -keystore {store} && mvn package"
    offer = stage.offers(command, "java", "-jar", "target/shop-1.2.jar")[ReductionKind.SIBLING_BASE]
    assert {claim.kind: verdict(claim) for claim in offer.claims}[ClaimKind.JAR_RUNTIME] is expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("-Xmx300m -agentlib:jdwp=transport=dt_socket", Verdict.PROVEN),
        ("-XX:SharedArchiveFile=app.jsa", Verdict.REFUTED),
        ("--add-modules jdk.compiler", Verdict.REFUTED),
        ("-Xbootclasspath/a:/opt/java/openjdk/lib/tools.jar", Verdict.REFUTED),
        ("-cp lib/a.jar:/opt/java/openjdk/lib/tools.jar", Verdict.REFUTED),
        ("-cp lib/mytools.jar", Verdict.PROVEN),
    ],
)
def test_options_in_a_variable_count_as_those_of_the_start(
    tmp_path: Path, options: str, expected: Verdict
) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom(), SOURCE: MAIN}, environment={"JAVA_TOOL_OPTIONS": options})
    offer = stage.offers("mvn package", "java", "-jar", "target/shop-1.2.jar")[ReductionKind.SIBLING_BASE]
    assert {claim.kind: verdict(claim) for claim in offer.claims}[ClaimKind.JAR_RUNTIME] is expected


@pytest.mark.parametrize(
    ("source", "kept"),
    [(MAIN, set()), ('class A { String a = "ui/dist"; }\n', {"/app/ui"})],
)
def test_a_front_end_that_maven_builds_stays_behind_unless_a_source_names_it(
    tmp_path: Path, source: str, kept: set[str]
) -> None:
    settings = "<workingDirectory>${project.basedir}/ui</workingDirectory>"
    files = {
        "pom.xml": pom(plugin("frontend-maven-plugin", settings, "<goal>npm</goal>")),
        "ui/package.json": "{}",
        "db/a.sql": "",
        SOURCE: source,
    }
    offer = Stage(tmp_path, files).offers("mvn package", "java", "-jar", "target/shop-1.2.jar")
    kept_at_all = paths(offer[ReductionKind.ARTIFACT_ONLY].keeps)
    assert kept_at_all == {"/app/target/shop-1.2.jar", "/app/db"} | kept


@pytest.mark.parametrize(
    ("text", "brought"),
    [
        ("true", False),
        ("tar xzf tool.tgz -C /opt", True),
        ("tar xzf tool.tgz -C /opt && tar xzf more.tgz -C /opt/java/openjdk/lib", False),
    ],
)
def test_the_base_brings_its_own_java_where_something_was_unpacked_beside_it(
    tmp_path: Path, text: str, brought: bool
) -> None:
    stage = Stage(tmp_path, {"pom.xml": pom(), SOURCE: MAIN})
    stage.run(text)
    offers = stage.offers("mvn package", "java", "-jar", "target/shop-1.2.jar")
    assert (ReductionKind.BROUGHT_BY_BASE in offers) is brought
