#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds a program that needs of the machine the C library only, packs it and tries it. ISA-L, which
# Debian has as a shared library only, lies beside it.
. "$(dirname "$0")/setup.sh"

unpack_dist "$scratch/source"
name=wmihunt-$version-$(uname -m)
(cd "$scratch/source" && ./configure -q --enable-mostly-static --disable-sanitized-check \
	LDFLAGS="-Wl,-rpath,'\$\$ORIGIN/lib'" && make -s -j2 wmihunt && strip wmihunt)
mkdir -p "$scratch/$name/lib"
cd "$scratch/source"
cp -r wmihunt README.md CHANGELOG.md LICENSE SECURITY.md man "$scratch/$name/"
rm -f "$scratch/$name/man/local.mk"
cp "$(ldd wmihunt | sed -n 's/.*libisal[^ ]* => \([^ ]*\).*/\1/p')" "$scratch/$name/lib/"
cd "$top"
needed=$(readelf -d "$scratch/$name/wmihunt" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | tr '\n' ' ')
echo "needs $needed"
size=$(du -sb "$scratch/$name/wmihunt" "$scratch/$name/lib" | awk '{ sum += $1 } END { print sum }')
echo "$size bytes"
[ "$size" -lt 10000000 ]
sh packaging/try.sh "$scratch/$name/wmihunt" samples
tar -cJf "packages/$name.tar.xz" -C "$scratch" "$name"
