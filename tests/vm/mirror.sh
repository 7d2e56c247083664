#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# mirror.sh FROM TO: makes the sources in TO those in FROM, touching only what
# differs, so that make rebuilds no more than it has to. Leaves in TO what was
# built there.
set -eu
mkdir -p "$2"
(cd "$1" && find . -type f) | while read -r file; do
	if ! cmp -s "$1/$file" "$2/$file"; then
		mkdir -p "$(dirname "$2/$file")"
		cp "$1/$file" "$2/$file"
	fi
done
(cd "$2" && find . -name '*.[chS]' ! -name '*.mod.c') | while read -r file; do
	[ -e "$1/$file" ] || rm "$2/$file"
done
