#!/usr/bin/env python3
"""One script for everything a developer does; it needs a bare Python 3.11 and sets up the rest by itself.

python3 dev.py run            open the window (what follows `run` goes to the command line instead)
python3 dev.py playback       the command table-playback; what follows goes to it
python3 dev.py test           the tests; what follows goes to pytest
python3 dev.py check          lint, format, types, layers, tests: may this change be pushed?
python3 dev.py benchmark      every figure the program must reach, measured
python3 dev.py screenshots    every page drawn into a folder
python3 dev.py soak           the tests that take minutes
python3 dev.py setup          only the set-up
python3 dev.py lock           renew packaging/requirements/ from pyproject.toml (maintainers)
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "packaging" / "requirements" / "dev.txt"
STAMP = VENV / "set-up"

# What Qt's wheels need of a Debian or Ubuntu system: to draw, to open a window, to have a window without a screen.
SYSTEM_PACKAGES = [
    *("libglib2.0-0", "libgl1", "libegl1", "libfontconfig1", "libxkbcommon0", "libdbus-1-3"),
    *("libxcb-cursor0", "libxkbcommon-x11-0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0"),
    *("xvfb", "xauth"),
]


def main() -> int:
    verb, *args = sys.argv[1:] or ["help"]
    if verb not in VERBS:
        print(__doc__)
        return 0 if verb in ("help", "-h", "--help") else 2
    if sys.version_info < (3, 11):  # noqa: UP036 (the script may well be started by an older Python)
        return stop("FieldPro needs Python 3.11 or newer; this is " + sys.version.split()[0])
    os.chdir(ROOT)
    try:
        return VERBS[verb](args)
    except subprocess.CalledProcessError as failure:
        return stop(f"this failed ({failure.returncode}): {' '.join(map(str, failure.cmd))}")
    except KeyboardInterrupt:
        return 130


# --- set-up ---------------------------------------------------------------------------------------------------


def set_up() -> None:
    """System libraries, `.venv`, the locked packages, the project itself; nothing when all is as the stamp says."""
    wanted = "\n".join(hashlib.sha256(file.read_bytes()).hexdigest() for file in (LOCK, ROOT / "pyproject.toml"))
    if STAMP.is_file() and STAMP.read_text() == wanted and python().exists():
        return
    install_system_packages()
    if not python().exists():
        print("Making .venv ...", flush=True)
        venv.EnvBuilder(with_pip=True, clear=True).create(VENV)
    print("Installing the locked packages ...", flush=True)
    pip = [str(python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # The lock is whole, so nothing is resolved again: a version published since has no say.
    subprocess.run([*pip, "--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(LOCK)], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], check=True)
    STAMP.write_text(wanted)


def set_up_tests() -> None:
    """The same, and the independent client's own environment, which has its own stamp."""
    set_up()
    subprocess.run([str(python()), str(ROOT / "tests" / "independent" / "make_environment.py")], check=True)


def install_system_packages() -> None:
    """Debian's libraries that are missing: installed when that is possible, else the line to type is printed."""
    if shutil.which("dpkg-query") is None:
        print("This is no Debian or Ubuntu: the system's libraries are left as they are.")
        return
    fields = "${db:Status-Status} ${Package} ${Provides}\n"
    listing = subprocess.run(["dpkg-query", "-W", "-f", fields], check=True, capture_output=True, text=True).stdout
    there = {
        name
        for line in listing.splitlines()
        if line.startswith("installed ")
        for name in line.replace(",", " ").split()[1:]
    }
    missing = [name for name in SYSTEM_PACKAGES if name not in there]
    if importlib.util.find_spec("ensurepip") is None:
        missing.append(f"python{sys.version_info.major}.{sys.version_info.minor}-venv")
    if not missing:
        return
    if os.geteuid() == 0:
        become_root = []
    elif shutil.which("sudo") and (sys.stdin.isatty() or subprocess.run(["sudo", "-n", "true"]).returncode == 0):
        become_root = ["sudo"]
    else:
        line = "apt-get install --yes --no-install-recommends " + " ".join(map(name_here, missing))
        sys.exit(
            stop("Some system packages are missing. Let an administrator type this line, then try again:\n" + line)
        )
    print("Installing system packages:", *missing, flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([*become_root, "apt-get", "update", "-qq"], check=True, stdout=subprocess.DEVNULL)
    install = [*become_root, "apt-get", "install", "--yes", "-qq", "--no-install-recommends"]
    subprocess.run([*install, *map(name_here, missing)], check=True, stdout=subprocess.DEVNULL, env=quiet)


def name_here(package: str) -> str:
    """What this release calls a package: since the change to 64-bit times some names end in t64."""
    for name in (package, package + "t64"):
        policy = subprocess.run(["apt-cache", "policy", name], capture_output=True, text=True).stdout
        if "Candidate:" in policy and "Candidate: (none)" not in policy:
            return name
    return package


def python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


# --- the verbs ------------------------------------------------------------------------------------------------


def run(args: list[str]) -> int:
    set_up()
    return become("-m", "fieldpro", *args)


def playback(args: list[str]) -> int:
    set_up()
    return become("-m", "table_playback", *args)


def test(args: list[str]) -> int:
    set_up_tests()
    return become("-m", "pytest", *in_parallel(args), *args)


def soak(args: list[str]) -> int:
    set_up_tests()
    return become("-m", "pytest", "-m", "soak", "--timeout", "1800", *args)


def benchmark(args: list[str]) -> int:
    set_up_tests()
    return become(str(ROOT / "tests" / "benchmark"), *args)


def screenshots(args: list[str]) -> int:
    set_up()
    return become("-m", "fieldpro.gui.screenshots", *(args or ["screenshots"]))


def setup(args: list[str]) -> int:
    set_up_tests()
    print("Ready: python3 dev.py run")
    return 0


def check(args: list[str]) -> int:
    """Each step runs whatever became of the one before, so that one call tells everything."""
    set_up_tests()
    coverage = ["--cov", "--cov-report="]
    steps = {
        "lint": ["-m", "ruff", "check", "."],
        "format": ["-m", "ruff", "format", "--check", "."],
        "types": ["-m", "mypy"],
        "layers": ["-c", "from importlinter.cli import lint_imports_command as check; check()"],
        "tests": ["-m", "pytest", *in_parallel(args), *coverage, *args],
        "coverage of c12": ["-m", "coverage", "report", "--include=fieldpro/c12/*", "--fail-under=100"],
    }
    failed = []
    for name, command in steps.items():
        print(f"--- {name}", flush=True)
        if subprocess.run([str(python()), *command]).returncode != 0:
            failed.append(name)
    print("not ready: " + ", ".join(failed) if failed else "ready to push")
    return 1 if failed else 0


def lock(args: list[str]) -> int:
    """Needs the package registry; uv, a maintainer's tool, lives in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        venv.EnvBuilder(with_pip=True).create(folder)
        scripts = Path(folder) / ("Scripts" if os.name == "nt" else "bin")
        subprocess.run([str(scripts / "python"), "-m", "pip", "install", "--quiet", "uv"], check=True)
        compile_ = [str(scripts / "uv"), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
        compile_ += ["--generate-hashes", "--only-binary", ":all:", "--no-annotate", "--no-header"]
        compile_ += ["pyproject.toml", "--group", "dev", "--output-file", str(LOCK), *args]
        subprocess.run(compile_, check=True, stdout=subprocess.DEVNULL)
    return 0


# --- helpers --------------------------------------------------------------------------------------------------


def become(*args: str) -> int:
    """Go on as the virtual environment's Python, so that signals and the exit code are the job's own."""
    command = [str(python()), *args]
    if os.name == "posix":
        os.execv(command[0], command)
    return subprocess.run(command).returncode


def in_parallel(args: list[str]) -> list[str]:
    """Every core, unless the caller says how many or wants to look inside."""
    if any(arg.startswith(("-n", "--numprocesses", "--pdb", "no:xdist")) for arg in args):
        return []
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return ["-n", str(cores), "--dist", "worksteal"]


def stop(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


VERBS = {action.__name__: action for action in (run, playback, test, check, benchmark, screenshots, soak, setup, lock)}

if __name__ == "__main__":
    sys.exit(main())
