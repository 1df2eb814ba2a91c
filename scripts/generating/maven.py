"""Services in Java."""

from __future__ import annotations

from generating.beside import surroundings
from generating.drawing import NOUNS, THINGS, Draw, Files, lines, named, spaced


def source(draw: Draw, package: str, name: str) -> str:
    def body(method: str) -> str:
        return (
            f"    public static long {method}(long[] values) {{\n"
            f"        return java.util.Arrays.stream(values).sum() + {draw.random.randrange(99)}L;\n"
            "    }\n"
        )

    return f"package {package};\n\npublic class {name} {{\n" + "\n".join(named(draw, body, 2, 10)) + "}\n"


SPRING = "<plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId></plugin>"


def files(draw: Draw, plugin: str = "") -> Files:
    """A project that a plugin packages, which takes its parent along; else a plain one."""
    package = f"com.example.{draw.one(NOUNS)}{draw.number}"
    parent = (
        "<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId>"
        f"<version>3.{draw.random.randint(0, 3)}.{draw.random.randrange(9)}</version></parent>"
    )
    needs = "".join(
        f"<dependency><groupId>com.example</groupId><artifactId>{name}</artifactId>"
        f"<version>{draw.version()}</version></dependency>\n"
        for name in draw.some(THINGS, 1, 9)
    )
    pom = (
        '<project xmlns="http://maven.apache.org/POM/4.0.0">\n'
        f"<modelVersion>4.0.0</modelVersion>\n{parent if plugin else ''}\n"
        "<groupId>com.example</groupId>\n"
        f"<artifactId>{draw.name}</artifactId>\n<version>1.0.0</version>\n"
        f"<dependencies>\n{needs}</dependencies>\n<build><plugins>{plugin}</plugins></build>\n"
        "</project>\n"
    )
    folder = "src/main/java/" + package.replace(".", "/")
    sources = {
        f"{folder}/{name.title()}.java": source(draw, package, name.title())
        for name in draw.some(THINGS, 2, 10)
    }
    return {
        "pom.xml": pom,
        **sources,
        "src/main/resources/application.properties": f"server.port={draw.port}\n",
        **surroundings(draw, "target"),
    }


def spring(draw: Draw) -> Files:
    copied = (
        ["COPY pom.xml .", f"RUN mvn {draw.one('', '-B ')}dependency:go-offline", "COPY src ./src"]
        if draw.chance(5)
        else ["COPY . ."]
    )
    dockerfile = spaced(
        [f"FROM maven:3.9-eclipse-temurin-{draw.one('17', '21')}", f"WORKDIR {draw.folder}"],
        [
            *copied,
            "RUN mvn clean package -DskipTests",
            f"EXPOSE {draw.port}",
            f'CMD ["java", "-jar", "target/{draw.name}-1.0.0.jar"]',
        ],
    )
    return {**files(draw, SPRING), "Dockerfile": dockerfile}


def start(draw: Draw) -> Files:
    dockerfile = lines(
        f"FROM maven:3.9-eclipse-temurin-{draw.one('11', '17')}",
        f"WORKDIR {draw.folder}",
        "COPY . .",
        "RUN mvn package",
        "CMD mvn exec:java",
    )
    return {**files(draw), "Dockerfile": dockerfile}
