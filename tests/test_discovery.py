"""Which Dockerfiles are found, and which build context is theirs."""

import os
from pathlib import Path

import pytest

from projects import write_files
from restage.project.discovery import (
    FoundContext,
    NoContext,
    find_context,
    find_dockerfiles,
    is_dockerfile_name,
    repository_root,
)


def plant(root: Path, *files: str) -> Path:
    return write_files(root, dict.fromkeys(files, ""))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return plant(tmp_path / "repository", ".git/HEAD")


TAKEN = """
Dockerfile dockerfile web.Dockerfile web.dockerfile Dockerfile.dev Dockerfile.api.prod Dockerfile.go
Containerfile Containerfile.prod
"""
LEFT_ALONE = """
Dockerfile.dockerignore web.Dockerfile.dockerignore Dockerfile.md Dockerfile.j2 Dockerfile.erb Dockerfile.tmpl
Dockerfile.dev.template Dockerfile.orig Dockerfile~ Dockerfile.swp dockerfile.yml Dockerfiles mydockerfile
Dockerfile. .dockerfile
"""


@pytest.mark.parametrize("name", TAKEN.split())
def test_takes_names_of_dockerfiles(name: str) -> None:
    assert is_dockerfile_name(name)


@pytest.mark.parametrize("name", LEFT_ALONE.split())
def test_leaves_other_names_alone(name: str) -> None:
    assert not is_dockerfile_name(name)


def test_finds_files_in_order_and_passes_over_what_is_not_the_projects(repository: Path) -> None:
    plant(repository, "b/Dockerfile", "a.Dockerfile", "b/c/Dockerfile.dev", ".devcontainer/Dockerfile")
    plant(repository, "node_modules/x/Dockerfile", "vendor/Dockerfile", ".venv/Dockerfile", ".git/Dockerfile")
    (repository / "again").symlink_to("b")
    (repository / "Dockerfile").symlink_to("a.Dockerfile")
    os.mkfifo(repository / "Dockerfile.fifo")
    found = [str(path.relative_to(repository)) for path in find_dockerfiles(repository)]
    assert found == ["a.Dockerfile", ".devcontainer/Dockerfile", "b/Dockerfile", "b/c/Dockerfile.dev"]


def test_passes_over_what_git_ignores(repository: Path) -> None:
    plant(repository, "build/Dockerfile", "app/out/Dockerfile", "app/kept/Dockerfile", "app/Dockerfile.local")
    plant(repository, "app/out2/Dockerfile")
    (repository / ".gitignore").write_text("/build/\n*.local\nout*/\n!\n")
    (repository / "app" / ".gitignore").write_text("!out2/\n")
    assert [str(path.relative_to(repository)) for path in find_dockerfiles(repository)] == [
        "app/kept/Dockerfile",
        "app/out2/Dockerfile",
    ]
    assert list(find_dockerfiles(repository / "app")) == [
        repository / "app/kept/Dockerfile",
        repository / "app/out2/Dockerfile",
    ]


def test_outside_a_repository_gitignore_has_no_say(tmp_path: Path) -> None:
    plant(tmp_path, "Dockerfile")
    (tmp_path / ".gitignore").write_text("*")
    assert list(find_dockerfiles(tmp_path)) == [tmp_path / "Dockerfile"]


def test_a_gitignore_that_would_make_a_backtracking_matcher_hang_is_survived(repository: Path) -> None:
    plant(repository, "a" * 200 + ".Dockerfile")
    (repository / ".gitignore").write_text("*a" * 60 + "b\n")
    assert len(list(find_dockerfiles(repository))) == 1


def test_finds_nothing_where_there_is_nothing(tmp_path: Path) -> None:
    assert list(find_dockerfiles(tmp_path / "absent")) == []


def test_the_repository_is_the_nearest_git_upwards(repository: Path, tmp_path: Path) -> None:
    plant(repository, "a/b/Dockerfile", "worktree/.git", "worktree/x/Dockerfile")
    plant(tmp_path, "plain/Dockerfile")
    assert repository_root(repository / "a/b/Dockerfile") == repository
    assert repository_root(repository / "a") == repository
    assert repository_root(repository / "worktree/x/Dockerfile") == repository / "worktree"
    assert repository_root(tmp_path / "plain/Dockerfile") == tmp_path / "plain"


def test_relative_paths_mean_the_working_directory(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(repository, "docker/Dockerfile", "src/main.go")
    monkeypatch.chdir(repository / "docker")
    assert repository_root(Path("Dockerfile")) == repository
    assert isinstance(found := find_context(Path("Dockerfile"), ["src"]), FoundContext)
    assert found.path == repository


def chosen(dockerfile: Path, *sources: str) -> tuple[str, str]:
    found = find_context(dockerfile, sources)
    assert isinstance(found, FoundContext)
    return found.path.relative_to(repository_root(dockerfile)).as_posix(), found.how


@pytest.mark.parametrize(
    ("sources", "context"),
    [
        (["."], "app"),
        (["package.json"], "app"),
        (["package.json", "package-lock.json*"], "app"),
        (["go.mod"], "."),
        (["app/package.json"], "."),
        (["go.mod", "app"], "."),
        (["*.csproj"], "."),
        (["*.nothing"], "app"),
        (["*.nothing", "go.mod"], "."),
        ([], "app"),
    ],
)
def test_the_context_is_the_nearest_folder_with_every_source(
    repository: Path, sources: list[str], context: str
) -> None:
    plant(repository, "app/Dockerfile", "app/package.json", "go.mod", "package-lock.json", "x.csproj")
    assert chosen(repository / "app/Dockerfile", *sources)[0] == context


def test_a_folder_with_nothing_but_dockerfiles_is_not_what_is_copied_whole(repository: Path) -> None:
    plant(repository, "docker/Dockerfile", "docker/Dockerfile.dev", "main.py")
    assert chosen(repository / "docker/Dockerfile", ".")[0] == "."


def test_the_search_ends_at_the_root_of_the_repository(repository: Path, tmp_path: Path) -> None:
    plant(tmp_path, "go.mod")
    plant(repository, "Dockerfile")
    found = find_context(repository / "Dockerfile", ["go.mod"])
    assert isinstance(found, NoContext)
    assert "go.mod does not exist" in found.message
    assert "--context" in found.help


def test_a_hidden_source_does_not_exist_for_a_build(repository: Path) -> None:
    plant(repository, "Dockerfile", "go.mod")
    (repository / ".dockerignore").write_text("go.mod")
    found = find_context(repository / "Dockerfile", ["go.mod"])
    assert isinstance(found, NoContext)
    assert "go.mod is hidden by .dockerignore" in found.message


def test_a_source_outside_through_a_link_does_not_exist(repository: Path, tmp_path: Path) -> None:
    plant(tmp_path, "secret")
    plant(repository, "Dockerfile")
    (repository / "data").symlink_to("../secret")
    assert isinstance(find_context(repository / "Dockerfile", ["data"]), NoContext)


def test_the_given_context_wins_and_has_to_be_a_directory(repository: Path) -> None:
    plant(repository, "app/Dockerfile", "app/main.py")
    given = find_context(repository / "app/Dockerfile", ["main.py"], repository)
    assert given == FoundContext(repository, "it was given with --context")
    assert isinstance(find_context(repository / "app/Dockerfile", [], repository / "no"), NoContext)
    assert isinstance(find_context(repository / "app/Dockerfile", [], repository / "app/main.py"), NoContext)


def test_the_context_that_compose_names_wins_over_the_nearest(repository: Path) -> None:
    plant(repository, "app/Dockerfile", "app/main.py", "main.py")
    (repository / "compose.yaml").write_text(
        "services:\n  web:\n    build:\n      context: .\n      dockerfile: app/Dockerfile\n"
    )
    assert chosen(repository / "app/Dockerfile", "main.py") == (
        ".",
        "compose.yaml:2 names it as the build context",
    )


def test_of_two_named_contexts_the_one_with_every_source_wins(repository: Path) -> None:
    plant(repository, "app/Dockerfile", "app/main.py")
    (repository / "compose.yaml").write_text(
        "services:\n  web:\n    build:\n      context: .\n      dockerfile: app/Dockerfile\n"
    )
    (repository / "docker-bake.hcl").write_text('target "app" {\n  context = "app"\n}\n')
    context, how = chosen(repository / "app/Dockerfile", "main.py")
    assert (context, how) == ("app", "docker-bake.hcl:1 names it as the build context")


def test_a_named_context_that_is_not_there_is_not_taken(repository: Path) -> None:
    plant(repository, "Dockerfile")
    (repository / "Makefile").write_text("all:\n\tdocker build -f Dockerfile ./dist\n")
    assert chosen(repository / "Dockerfile", ".")[1].startswith("it is the folder of the Dockerfile")


def test_where_nothing_fits_the_message_names_who_named_a_context(repository: Path) -> None:
    plant(repository, "Dockerfile")
    (repository / "compose.yaml").write_text("services:\n  web:\n    build: .\n")
    found = find_context(repository / "Dockerfile", ["target/app.jar"])
    assert isinstance(found, NoContext)
    assert "compose.yaml:2" in found.message
    assert "target/app.jar does not exist there" in found.message


@pytest.mark.parametrize(("mark", "found"), [(".github", True), (".gitignore", False)])
def test_a_repository_that_was_unpacked_is_known_by_what_stands_at_its_top(
    tmp_path: Path, mark: str, found: bool
) -> None:
    (tmp_path / "docker" / "web").mkdir(parents=True)
    (tmp_path / mark).mkdir()
    (tmp_path / "app.py").touch()
    dockerfile = tmp_path / "docker" / "web" / "Dockerfile"
    dockerfile.touch()
    context = find_context(dockerfile, ("app.py",))
    assert isinstance(context, FoundContext) is found
