#!/bin/sh
# certificate.sh FOLDER HOST: sandbox.crt and sandbox.key in FOLDER, for HOST, unless they are there. For the sandbox only:
# everyone who can read FOLDER can read the key.
set -eu
cd "$1"
if ! openssl x509 -checkend 86400 -noout -in sandbox.crt 2>/dev/null; then
    rm -f sandbox.key sandbox.crt
    openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj "/CN=$2" -addext "subjectAltName=DNS:$2" \
        -keyout sandbox.key -out sandbox.crt 2>/dev/null
    chmod 0444 sandbox.key sandbox.crt
fi
