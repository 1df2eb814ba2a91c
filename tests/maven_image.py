"""A stage with a Maven project in it, and its manifests, for the tests of the Maven strategy."""

from __future__ import annotations

from projects import Stage as AnyStage
from restage_strategies.maven import STRATEGY

MAIN = "package org.example;\n\npublic class Main {\n    public static void main(String[] words) {}\n}\n"
SOURCE = "src/main/java/org/example/Main.java"


class Stage(AnyStage):
    strategy = STRATEGY
    usual_base = "maven:3.9-eclipse-temurin-17"


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
