#!/bin/sh
# Writes the pinned, hashed requirement files anew. Needs uv; the files need only pip.
set -eu
cd "$(dirname "$0")/.."
pin() { out=$1; shift; uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11 --output-file "requirements/$out" "$@"; }
pin test.txt pyproject.toml requirements/build.in --extra all --group dev
pin demo.txt pyproject.toml requirements/build.in --extra draw --extra network --extra records --extra serve --extra servers --constraint requirements/test.txt
