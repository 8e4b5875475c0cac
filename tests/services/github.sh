#!/usr/bin/env bash
# GitHub's REST API with state (npm: emulate): user weaver with a public and a private repository, user reader with
# none; a token for each.
# install.sh installs it.
source "$(dirname "$0")/lib.sh"

MAIN=$CACHE/github/node_modules/emulate/dist/index.js
command -v node >/dev/null || missing node "a package of your system"
[[ -f $MAIN ]] || missing emulate "tests/services/install.sh"

cat >"$DIR/seed.yaml" <<YAML
tokens:
  ${WEAVER_TOKEN:?}: { login: weaver, scopes: [repo, user] }
  ${READER_TOKEN:?}: { login: reader, scopes: [public_repo] }
github:
  users:
    - { login: weaver, name: Weaver, email: weaver@example.com }
    - { login: reader, name: Reader, email: reader@example.com }
  repos:
    - { owner: weaver, name: cloth, description: "Woven", private: false, auto_init: true }
    - { owner: weaver, name: pattern, description: "Kept", private: true, auto_init: true }
YAML
LISTEN_HOST=$HOST spawn github node -r "$HERE/loopback.cjs" "$MAIN" start -s github -p "$PORT" --seed "$DIR/seed.yaml"
wait_for github /repos/weaver/cloth
