"""The sandbox against two Stream SDKs of other people, each in a process of its own.

The one for Python reads the platform's address from the environment when it is imported. `make test` needs no
Node: without it, or without the package, that test is skipped with the line to install it; where NODE_PATH
names a place (as in a CI that has it), a missing package is an error.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.dingtalk_story import story

HERE = Path(__file__).parent
NODE = shutil.which("node")


def _places() -> str:
    """Where Node looks for packages: where one says, else where `npm install --global` puts them."""
    if "NODE_PATH" in os.environ or NODE is None or (npm := shutil.which("npm")) is None:
        return os.environ.get("NODE_PATH", "")
    asked = subprocess.run([npm, "root", "--global"], capture_output=True, text=True, check=False)
    return asked.stdout.strip()


PLACES = _places()
IN_NODE = any((Path(place) / "dingtalk-stream").is_dir() for place in PLACES.split(os.pathsep) if place)


@pytest.mark.skipif(
    importlib.util.find_spec("dingtalk_stream") is None,
    reason="NO dingtalk-stream: the sandbox is not held against the SDK. "
    "Install it: uv pip install dingtalk-stream==0.24.4b1",
)
async def test_the_python_sdk_lives_with_it() -> None:
    await story(sys.executable, str(HERE / "dingtalk_outsider.py"))


@pytest.mark.skipif(
    not IN_NODE and "NODE_PATH" not in os.environ,
    reason="NO npm dingtalk-stream: the sandbox is not held against it. "
    "Install Node, then: npm install --global dingtalk-stream@2.1.5",
)
async def test_the_node_sdk_lives_with_it() -> None:
    assert NODE is not None, "NODE_PATH is set, but there is no node"
    await story(NODE, str(HERE / "dingtalk_outsider.cjs"), NODE_PATH=PLACES)
