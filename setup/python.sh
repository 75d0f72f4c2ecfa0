#!/bin/sh
# Install a lock file into .venv: python.sh requirements.lock
# Every file is checked against its hash. uv does it when it can be had, else pip, which reads the machine's own settings.
set -eu
cd "$(dirname "$0")/.."
lock=$1

say() { printf 'set-up: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

fit() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14; do
        if fit "$candidate"; then echo "$candidate"; return; fi
    done
    die "Python 3.11 or newer is needed and was not found; install it, or name it with PYTHON=/path/to/python3"
}

# A virtual environment whose Python is gone (an upgrade, a copied folder) is made anew.
if ! fit .venv/bin/python || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    python=$(find_python)
    say "making a virtual environment with $("$python" --version)"
    rm -rf .venv
    if ! problem=$("$python" -m venv .venv 2>&1); then
        rm -rf .venv
        die "python -m venv does not work here; on Debian and Ubuntu: apt-get install python3-venv ($(echo "$problem" | tail -n 1))"
    fi
fi

# The package itself: its sources, found by a path relative to site-packages, so that the folder can be moved.
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
echo ../../../../src > "$site/openprm-source.pth"
cat > .venv/bin/openprm <<'SCRIPT'
#!/bin/sh
exec "$(dirname "$0")/python" -m openprm "$@"
SCRIPT
chmod 755 .venv/bin/openprm

pip() { .venv/bin/python -m pip --disable-pip-version-check --no-input "$@"; }

# uv knows nothing of pip's settings; it is told the two that matter behind a company's walls.
with_uv() {
    index=${PIP_INDEX_URL:-$(pip config get global.index-url 2>/dev/null || true)}
    if [ -n "$index" ]; then export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"; fi
    export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-1}" UV_HTTP_RETRIES="${UV_HTTP_RETRIES:-1}" UV_NO_CONFIG=1
    .venv/bin/python -m uv pip install --quiet --link-mode=copy --python .venv/bin/python --require-hashes -r "$1" \
        >.venv/uv.log 2>&1
}

say "installing $lock"
if ! .venv/bin/python -c 'import uv' 2>/dev/null; then
    pip install --quiet --no-deps --require-hashes -r setup/installer.lock >/dev/null 2>&1 || true
fi
if ! { .venv/bin/python -c 'import uv' 2>/dev/null && with_uv "$lock"; }; then
    pip install --quiet --require-hashes -r "$lock" ||
        die "the packages of $lock could not be installed; the reason is above"
fi
rm -f .venv/.lock
