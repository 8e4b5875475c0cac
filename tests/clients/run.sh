#!/usr/bin/env bash
# run.sh AGENT TOOLS TOOL ARGUMENTS EXPECTED
#
# Has each real client list the tools of AGENT, a binary or the URL of one that serves (TOOLS: their names, comma-separated, in order) and call TOOL
# with the JSON object ARGUMENTS; the answer has to contain EXPECTED. Prints a line a client; fails if any failed.
# HEDDLE_HOME is handed to a binary, as a client's config would; MCP_TOKEN is sent to a URL.
set -uo pipefail

CACHE=${HEDDLE_TEST_CACHE:-$HOME/.cache/heddle-tests}/clients
HERE=$(cd "$(dirname "$0")" && pwd)
[[ $# -eq 5 ]] || { echo "usage: $0 AGENT TOOLS TOOL ARGUMENTS EXPECTED" >&2; exit 2; }
[[ -d $CACHE/npm ]] || { echo "the clients are not installed: run $HERE/install.sh" >&2; exit 77; }
AGENT=$1 TOOLS=$2 TOOL=$3 ARGUMENTS=$4 EXPECTED=$5
: "${HEDDLE_HOME:?the heddle home of the agent under test}"
export HEDDLE_HOME
failed=0
passed=0

# client NAME COMMAND...: one client, at most a minute.
client() {
    local name=$1 said
    shift
    if said=$(timeout 60 "$@" 2>&1); then
        echo "ok      $name"
        passed=$((passed + 1))
    else
        echo "FAILED  $name"
        sed 's/^/        /' <<<"$said"
        failed=$((failed + 1))
    fi
}

client "Python SDK 1, initialize" \
    "$CACHE/python-sdk-1/bin/python" "$HERE/sdk_1.py" "$@"
for mode in legacy auto; do
    client "Python SDK 2, $mode" "$CACHE/python-sdk-2/bin/python" "$HERE/sdk_2.py" "$mode" "$@"
done
client "FastMCP 4" "$CACHE/fastmcp/bin/python" "$HERE/fastmcp_4.py" "$@"
for framework in langchain openai pydantic; do
    client "framework: $framework" "$CACHE/frameworks/bin/python" "$HERE/frameworks.py" "$framework" "$@"
done
for sdk in 1 2-legacy 2-auto; do
    client "TypeScript SDK $sdk" "$CACHE/node/bin/node" "$HERE/sdk.mjs" "$CACHE/npm/" "$sdk" "$@"
done

CONFIG=$(mktemp -d)
trap 'rm -rf "$CONFIG"' EXIT
if [[ $AGENT == http* ]]; then
    printf '{"mcpServers": {"agent": {"type": "streamable-http", "url": "%s", "headers": {"Authorization": "Bearer %s"}}}}' \
        "$AGENT" "$MCP_TOKEN"
else
    printf '{"mcpServers": {"agent": {"command": "%s", "env": {"HEDDLE_HOME": "%s"}}}}' "$AGENT" "$HEDDLE_HOME"
fi >"$CONFIG/mcp.json"
inspector() {
    env HOME="$CONFIG" "$CACHE/node/bin/node" "$CACHE/npm/node_modules/.bin/mcp-inspector" --cli \
        --config "$CONFIG/mcp.json" --server agent --stored-auth-only -q "$@"
}
inspect() {
    local era=$1 listed answer
    inspector --protocol-era "$era" --method tools/list --strict >/dev/null || return 1
    listed=$(inspector --protocol-era "$era" --format json --method tools/list | "$CACHE/node/bin/node" -e '
        let text = "";
        process.stdin.on("data", (data) => (text += data)).on("end", () => {
            const { tools, result } = JSON.parse(text);
            console.log((tools ?? result.tools).map((tool) => tool.name).join(","));
        });') || return 1
    [[ $listed == "$TOOLS" ]] || { echo "listed $listed"; return 1; }
    answer=$(inspector --protocol-era "$era" --format json --method tools/call \
        --tool-name "$TOOL" --tool-args-json "$ARGUMENTS") || return 1
    grep -qF -- "$EXPECTED" <<<"$answer" || { echo "answered $answer"; return 1; }
}
export -f inspector inspect
export CACHE CONFIG TOOLS TOOL ARGUMENTS EXPECTED
for era in legacy auto; do
    client "MCP Inspector, $era" bash -c "inspect $era"
done

echo "$passed passed, $failed failed"
[[ $failed -eq 0 ]]
