#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tries the root that the container's image is made of, as an ordinary user, and builds the image
# where podman and its base image can be had.
. "$(dirname "$0")/setup.sh"
need unshare util-linux

sh packaging/root.sh "$top/wmihunt" "$scratch/root"
cp -r samples "$scratch/root/evidence/"
sh packaging/try.sh "unshare --user --map-root-user chroot $scratch/root /usr/bin/wmihunt" \
	/evidence/samples
command -v podman >/dev/null || { echo "without podman: the image is not built"; exit 0; }
podman build -q -t wmihunt -f packaging/Containerfile .
sh packaging/try.sh "podman run --rm --network=none -v $top/samples:/evidence:ro wmihunt" /evidence
