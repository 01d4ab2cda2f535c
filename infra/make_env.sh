#!/bin/sh
# Makes one virtual environment: make_env.sh FOLDER REQUIREMENTS_FILE [EDITABLE_FOLDER]
# Uses the first of python3, python3.13, python3.12, python3.11 that is 3.11 to 3.13 and can make environments.
# A half-made environment (an install that was cut off) is made again, and said so. Every failure is one sentence.
set -eu
folder=$1 requirements=$2 editable=${3:-}

say() { printf 'guichet: %s\n' "$*" >&2; }

python='' no_venv=''
for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
    "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || continue
    if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
        python=$candidate
        break
    fi
    no_venv=$candidate
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
say "installing $requirements into $folder (once; some minutes on a slow line)."
# Twice quiet: errors only. Once quiet, pip warns of each index of the machine's own configuration that lacks a package.
pip="$folder/bin/python -m pip --disable-pip-version-check install --quiet --quiet"
$pip -r "$requirements" || {
    say "the packages of $requirements could not be installed; check the network and run make again."
    exit 1
}
[ -z "$editable" ] || $pip --no-deps --editable "$editable" || {
    say "the guichet command could not be installed into $folder; check the network and run make again."
    exit 1
}
