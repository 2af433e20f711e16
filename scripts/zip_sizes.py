#!/usr/bin/env python3
"""Prints the size of each function that `make build` made, in MB, and fails when a zip is too large.

The zip is packed here with deflate's highest level and nothing of this machine, so that the same
binary has the same size everywhere.
"""

import io
import sys
import zipfile
from pathlib import Path

BUILD = Path(__file__).resolve().parent.parent / ".aws-sam" / "build"
MB = 1_000_000
# Our limit for what a cold start downloads. Lambda itself would accept ten times as much.
LIMIT = 5 * MB


def zip_size(bootstrap):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(zipfile.ZipInfo("bootstrap"), bootstrap.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return len(packed.getvalue())


def main():
    bootstraps = sorted(BUILD.glob("*/bootstrap"))
    if not bootstraps:
        sys.exit("nothing is built: run make build")
    too_large = []
    print(f"{'':28}{'binary':>8}{'zip':>8}  MB")
    for bootstrap in bootstraps:
        function, size = bootstrap.parent.name, zip_size(bootstrap)
        print(f"{function:28}{bootstrap.stat().st_size / MB:8.2f}{size / MB:8.2f}")
        if size > LIMIT:
            too_large.append(function)
    if too_large:
        sys.exit(f"above {LIMIT // MB} MB: {', '.join(too_large)}")


if __name__ == "__main__":
    main()
