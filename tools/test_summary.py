"""Sums the logs of several `meson test` runs: failures by name, then the one line that says how it went.

usage: test_summary.py FAILED_BUILDS SKIPPED_STEPS TESTLOG.json...
"""
import json
import os
import sys


def main() -> int:
    failed_builds, skipped = int(sys.argv[1]), int(sys.argv[2])
    passed, failures = 0, []
    for path in sys.argv[3:]:
        build = path.split(os.sep)[1]
        with open(path, encoding="utf-8") as log:
            for line in log:
                test = json.loads(line)
                if test["result"] in ("OK", "EXPECTEDFAIL"):
                    passed += 1
                elif test["result"] == "SKIP":
                    skipped += 1
                    print(f"skipped: {build}: {test['name']}")
                else:
                    failures.append(f"{build}: {test['name']} ({test['result']})")
    for failure in failures:
        print(f"failed: {failure}")
    if failed_builds:
        print("failed: a build")
    failed = len(failures) + failed_builds
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
