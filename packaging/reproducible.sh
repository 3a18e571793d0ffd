#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds what `make dist` packs twice, in folders of different names: both have the same bytes.
. "$(dirname "$0")/setup.sh"
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH

for folder in first second-of-two; do
	unpack_dist "$scratch/$folder"
	cp "wmihunt-$version.tar.xz" "$scratch/$folder.tar.xz"
	(cd "$scratch/$folder" && ./configure -q --disable-sanitized-check && make -s -j2 wmihunt)
	sleep 1
done
cmp "$scratch/first.tar.xz" "$scratch/second-of-two.tar.xz"
cmp "$scratch/first/wmihunt" "$scratch/second-of-two/wmihunt"
sha256sum "wmihunt-$version.tar.xz" "$scratch/first/wmihunt"
