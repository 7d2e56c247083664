#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Puts what "make bench" found on 6.12 into README.md: the table, and the picture that
# stands in tests/bench.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

tree=$(cd "$here/../.." && pwd)
build=$tree/build
[ -e "$build/bench-6.12.json" ] || die "no build/bench-6.12.json: first 'make bench'"

"$here/enter.sh" "$("$here/root.sh" userland)" "$tree:/src" "$build:/build" -- \
	jq -r -f /src/tests/bench/table.jq /build/bench-6.12.json >"$build/bench.md"
cp "$build/bench-6.12.svg" "$tree/tests/bench/6.12.svg"
sed -i -e "/^<!-- table of make bench -->$/,/^<!-- end of it -->$/{
	//!d
	/^<!-- table of make bench -->$/r $build/bench.md
}" "$tree/README.md"
