"""The house around the code: the lock, the READMEs, the two commands, and that the project stands alone."""

import ast
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parent.parent
PRODUCT = ("bot", "handlers", "cards", "storage", "sandbox")
READMES = ("README.md", "README.zh.md")
TEXT = {
    "",
    ".cfg",
    ".css",
    ".csv",
    ".html",
    ".ini",
    ".js",
    ".json",
    ".jsonl",
    ".mako",
    ".md",
    ".py",
    ".toml",
    ".txt",
}
NOT_OURS = {"__pycache__", "data", "dist", "config.toml", "uv.lock"}
LONGEST_FILE = 300


def files(*suffixes: str) -> Iterator[Path]:
    """Our own files with one of the suffixes, or all text."""
    for folder, inside, names in os.walk(ROOT):
        inside[:] = [
            name for name in inside if name == ".ci" or not (name.startswith(".") or name in NOT_OURS)
        ]
        for path in (Path(folder, name) for name in names if name not in NOT_OURS):
            if path.suffix in (suffixes or TEXT):
                yield path


def read(name: str | Path) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def lock() -> list[dict[str, Any]]:
    packages: list[dict[str, Any]] = tomllib.loads(read("uv.lock"))["package"]
    return packages


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.* ## ", read("Makefile"), re.MULTILINE))


def test_the_lock_names_the_public_index_and_no_other() -> None:
    for package in lock():
        ours = package["name"] == "xiaoer"
        assert package["source"] == ({"editable": "."} if ours else {"registry": "https://pypi.org/simple"})
        for file in [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]:
            assert file["url"].startswith("https://files.pythonhosted.org/"), package["name"]
            assert file["hash"].startswith("sha256:"), package["name"]


def test_the_lock_belongs_to_this_project() -> None:
    project = tomllib.loads(read("pyproject.toml"))
    [ours] = [package for package in lock() if package["name"] == "xiaoer"]

    for asked, locked in (
        (project["project"]["dependencies"], ours["metadata"]["requires-dist"]),
        (project["dependency-groups"]["dev"], ours["metadata"]["requires-dev"]["dev"]),
    ):
        wanted = {one.name: one.specifier for one in map(Requirement, asked)}
        assert {one["name"]: SpecifierSet(one.get("specifier", "")) for one in locked} == wanted


@pytest.mark.parametrize("name", READMES)
def test_both_readmes_name_the_two_commands_and_the_way_to_connect(name: str) -> None:
    text = read(name)

    for command in (
        "make demo",
        "make test",
        "xiaoer migrate",
        "xiaoer org import",
        "xiaoer serve",
        "xiaoer check",
    ):
        assert command in text
    for folder in (*PRODUCT, "tests", "benchmarks", "docs"):
        assert f"`{folder}/`" in text


def test_both_readmes_tell_the_same() -> None:
    english, chinese = map(read, READMES)

    for mark in (r"^#+ ", r"^\d\. ", r"^- ", r"^\| `", r"^```"):
        assert len(re.findall(mark, english, re.M)) == len(re.findall(mark, chinese, re.M)), mark


def test_whatever_is_named_after_make_can_be_made() -> None:
    for path in files(".md"):
        named = set(re.findall(r"(?:`|^|\n)make ([a-z]+)", path.read_text(encoding="utf-8")))
        assert named <= targets(), path


def test_ci_calls_what_the_readme_calls() -> None:
    calls = re.findall(r"^make (\w+)$", read(".ci/run"), re.M)

    assert calls == ["check", "test"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert targets() >= {"demo", "test", "check", "bench", "soak", "help"}


def test_links_lead_somewhere() -> None:
    for path in files(".md"):
        for target in re.findall(r"\]\(([^)\s#]+)", path.read_text(encoding="utf-8")):
            if not re.match(r"[a-z]+:", target):
                found = (path.parent / target).resolve()
                assert found.is_relative_to(ROOT.resolve()), (path, target)
                assert found.exists(), (path, target)


def test_the_project_stands_alone() -> None:
    outside = re.compile(r"(?<![\w.:/~-])/(?:work|root|home|Users)/[\w.]|\.\./(?:\.\./)*shared\b")
    for path in files():
        found = outside.search(path.read_text(encoding="utf-8"))
        assert not found, (path, found)


def test_the_licence_is_there_whole() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]

    assert project["license"] == "Apache-2.0"
    assert "Apache License\n                           Version 2.0, January 2004" in read("LICENSE")
    assert "END OF TERMS AND CONDITIONS" in read("LICENSE")
    assert all(read(name).strip() for name in project["license-files"])


def test_code_comes_in_files_short_enough_to_read() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in files(".py")
        if path.relative_to(ROOT).parts[0] in PRODUCT
        and (lines := path.read_text(encoding="utf-8").count("\n")) > LONGEST_FILE
    }

    assert long == {}


def test_nothing_is_left_for_later() -> None:
    later = re.compile("\\b(?:TO" + "DO|FIX" + "ME|raise NotImplemented" + "Error)\\b")
    for path in files(".py", ".js", ".html", ".md"):
        assert not later.search(path.read_text(encoding="utf-8")), path


def test_every_part_is_tested() -> None:
    used: set[str] = set()
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                used |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                used.add(node.module.partition(".")[0])

    assert used >= set(PRODUCT)
