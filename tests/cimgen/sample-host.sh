#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes an archive of one host, logs and repository in their folders, from samples/print-server.
# sample-host.sh SOURCE BUILD OUT.zip: the same bytes each time.
set -eu

source=$1 build=$(cd "$2" && pwd)
out=$(cd "$(dirname "$3")" && pwd)/$(basename "$3")
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

system=$temp/PRINT-02/C/Windows/System32
mkdir -p "$system/winevt/Logs" "$system/wbem"
"$build/tests/evtxgen/evtxgen" "$source/samples/print-server/WMI-Activity.evtx.yml" \
	"$system/winevt/Logs/Microsoft-Windows-WMI-Activity%4Operational.evtx"
"$build/tests/cimgen/cimgen" "$source/samples/print-server/Repository.yml" "$system/wbem/Repository"
cd "$temp"
find . -exec touch -d 2023-05-16T08:00:00Z {} +
rm -f "$out"
find PRINT-02 -type f | LC_ALL=C sort | TZ=UTC zip -q -X -9 "$out" -@
