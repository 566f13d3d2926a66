"""What one installs is what was tested: the wheel holds the package and its data files, and finds them."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("fieldpro", "table_playback")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_every_module_and_every_data_file_is_in_it(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    modules = {file.relative_to(ROOT).as_posix() for package in PACKAGES for file in (ROOT / package).rglob("*.py")}
    data = {
        f"fieldpro/_resources/{file.relative_to(ROOT / 'resources').as_posix()}"
        for file in (ROOT / "resources").rglob("*")
        if file.is_file()
    }
    assert len(data) > 20
    assert modules | data <= names
    assert {name.partition("/")[0] for name in names} == {*PACKAGES, f"fieldpro-{version(wheel)}.dist-info"}


def test_installed_it_finds_its_data_and_reads_a_meter(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    script = (
        "import sys; from fieldpro import resources; from fieldpro.__main__ import main;"
        " print(resources.root()); sys.argv = ['fieldpro', 'identify', 'sim://residential']; sys.exit(main())"
    )
    environment = {"PYTHONPATH": str(tmp_path), "FIELDPRO_HOME": str(tmp_path / "home")}
    outcome = subprocess.run(
        [sys.executable, "-P", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert outcome.returncode == 0, outcome.stderr
    root, *lines = outcome.stdout.splitlines()
    assert Path(root) == tmp_path / "fieldpro" / "_resources"
    assert any(line.startswith("Serial number") for line in lines)


def test_the_versions_agree(wheel: Path) -> None:
    import fieldpro

    assert version(wheel) == fieldpro.__version__


def version(wheel: Path) -> str:
    return wheel.name.split("-")[1]
