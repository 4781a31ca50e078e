"""Runs the compiler (syntax only) over control.cc, which must pass, and over cases/*.cc, which must fail with the
message that each names in its first line ("// error: REGEX"). A case that fails for another reason proves nothing
and fails this test."""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
COMMAND = [os.environ["CXX"], "-std=c++20", "-fsyntax-only", "-fno-diagnostics-color", "-I", os.environ["SRC"]]


def errors_of(path: pathlib.Path) -> list[str] | None:
    """The compiler's error lines; None when it was content."""
    done = subprocess.run([*COMMAND, str(path)], capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"})
    return None if done.returncode == 0 else [line for line in done.stderr.splitlines() if "error:" in line]


def judge(path: pathlib.Path) -> str:
    """Empty when the case fails as it should, else what is wrong."""
    expected = path.read_text().splitlines()[0].removeprefix("// error: ")
    errors = errors_of(path)
    if errors is None:
        return f"{path.name} compiles, and must not"
    if not any(re.search(expected, line) for line in errors):
        return f"{path.name} fails, but not with /{expected}/:\n  " + "\n  ".join(errors)
    return ""


def main() -> None:
    control = errors_of(HERE / "control.cc")
    if control is not None:
        sys.exit("control.cc must compile:\n" + "\n".join(control))
    cases = sorted((HERE / "cases").glob("*.cc"))
    assert len(cases) >= 6, "cases are missing"
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        wrong = [verdict for verdict in pool.map(judge, cases) if verdict]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"{len(cases)} cases do not compile, the control does")


if __name__ == "__main__":
    main()
