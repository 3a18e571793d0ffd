#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the Debian package of what `make dist` packs, looks it over with lintian and tries it.
. "$(dirname "$0")/setup.sh"
need dh debhelper
need lintian lintian

unpack_dist "$scratch/wmihunt"
(cd "$scratch/wmihunt" && DEB_BUILD_OPTIONS='nocheck parallel=2' dpkg-buildpackage -us -uc -b)
lintian --fail-on=error,warning "$scratch"/*.changes
mv "$scratch"/*.deb packages/
dpkg -x packages/wmihunt_"$version"_*.deb "$scratch/root"
sh packaging/try.sh "$scratch/root/usr/bin/wmihunt" samples
