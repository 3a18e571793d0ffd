#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds the RPM of what `make dist` packs, looks the spec over with rpmlint and tries it. Where
# RPM does not know what is installed (on Debian), configure finds what is missing.
. "$(dirname "$0")/setup.sh"
need rpmbuild rpm
need rpmlint rpmlint
need bsdtar libarchive-tools

rpmlint packaging/wmihunt.spec
make -s dist
case $(rpm -q glibc 2>&1) in
*'not installed'*) nodeps=--nodeps ;;
*) nodeps= ;;
esac
rpmbuild -bb $nodeps --define "_topdir $scratch" --define "_sourcedir $top" packaging/wmihunt.spec
find "$scratch/RPMS" -name '*.rpm' -exec mv {} packages/ \;
mkdir "$scratch/root"
bsdtar -xf packages/wmihunt-"$version"-1*.rpm -C "$scratch/root"
sh packaging/try.sh "$scratch/root/usr/bin/wmihunt" samples
