#!/bin/sh
# Makes one virtual environment, or brings one to its lock: make_env.sh FOLDER LOCK [EDITABLE_FOLDER]
# Uses the first of python3, python3.13, python3.12, python3.11 that is 3.11 to 3.13 and can make environments.
# LOCK is a requirements file with hashes (make lock): nothing is installed that it does not name. By uv: the one of
# this machine, or the lock's own, or $UV; by pip where there is none, or it fails. What else lies in FOLDER stays.
# A half-made environment (an install that was cut off) is made again, and said so. Every failure is one sentence.
set -eu
folder=$1 lock=$2 editable=${3:-}

say() { printf 'guichet: %s\n' "$*" >&2; }

# Asked here first, then from /: here a version manager may know .python-version's Python only, and not have it.
python='' no_venv='' here=$PWD
for place in "$here" /; do
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        found=$(cd "$place" && "$candidate" -c 'import sys; print(sys.executable); sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null) || continue
        if "$found" -c 'import ensurepip, venv' 2>/dev/null; then
            python=$found
            break 2
        fi
        no_venv=$candidate
    done
done
if [ -z "$python" ] && [ -n "$no_venv" ]; then
    say "$no_venv cannot make virtual environments; install them with 'apt-get install python3-venv' and run make again."
    exit 1
fi
if [ -z "$python" ]; then
    say "no Python 3.11, 3.12 or 3.13 was found; install one with 'apt-get install python3 python3-venv' or name it with PYTHON=/path/to/python3."
    exit 1
fi

if [ -e "$folder" ] && ! "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
    say "the environment $folder was half made; it is made again."
    rm -rf "$folder"
fi
[ -e "$folder" ] || "$python" -m venv "$folder" || {
    rm -rf "$folder"
    say "$python could not make the environment $folder; install python3-venv and run make again."
    exit 1
}
say "installing $lock into $folder (once; some minutes on a slow line)."

# Twice quiet: errors only. Once quiet, pip warns of each index of the machine's own configuration that lacks a package.
pip="$folder/bin/python -m pip --disable-pip-version-check install --quiet --quiet --no-deps"

# Names a uv that runs. Where there is none, the lock's own (its entry ends at the first line without a backslash).
find_uv() {
    for uv in uv "$folder/bin/uv" ${UV:-}; do
        ! "$uv" --version >/dev/null 2>&1 || return 0
    done
    uv="$folder/bin/uv"
    sed -n '/^uv==/,/[^\\]$/p' "$lock" >"$folder/uv.txt"
    [ -s "$folder/uv.txt" ] && $pip --require-hashes -r "$folder/uv.txt" 2>/dev/null
}

by_uv() {
    find_uv || return 1
    "$uv" pip install --quiet --python "$folder/bin/python" --no-deps --require-hashes -r "$lock" || {
        say "uv could not install $lock; pip is tried."
        return 1
    }
}

by_uv || $pip --require-hashes -r "$lock" || {
    say "the packages of $lock could not be installed; check the network and run make again."
    exit 1
}
# With the lock's own setuptools: isolated, pip would fetch one that no lock names.
[ -z "$editable" ] || $pip --no-build-isolation --editable "$editable" || {
    say "the guichet command could not be installed into $folder; run make again."
    exit 1
}
