#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Draws the README's picture of the program, as SVG: the first finding as a terminal shows it.
set -eu
columns=100
COLUMNS=$columns wmihunt hunt -q --format=table --color=always --explain samples/print-server.zip |
	sed '/^$/,$d' | awk -v columns=$columns -f man/screenshot.awk
