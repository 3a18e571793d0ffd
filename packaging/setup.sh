# SPDX-License-Identifier: Apache-2.0
# What the scripts of this folder share. They stand in the top folder of a clone that is configured
# and built, and leave what they make in packages/.
set -eu
cd "$(dirname "$0")/.."
top=$PWD
version=$(./wmihunt --version | sed -n '1s/.* //p')
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM
mkdir -p packages

# need PROGRAM PACKAGE…: says what to install where it is missing.
need()
{
	command -v "$1" >/dev/null && return
	shift
	echo "install first: $*" >&2
	exit 77
}

# unpack_dist FOLDER: what `make dist` packs, as FOLDER.
unpack_dist()
{
	# Names of owners, and times when a file was read or changed, are of this machine.
	TAR_OPTIONS='--sort=name --owner=0 --group=0 --numeric-owner --pax-option=delete=atime,delete=ctime' \
		make -s dist
	mkdir -p "$1"
	tar -xf "wmihunt-$version.tar.xz" -C "$1" --strip-components=1
}
