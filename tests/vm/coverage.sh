#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs the tests on the debug kernel and shows which lines and branches of the
# modules they ran: pages in build/coverage, and here the totals, and the lines
# that did not run. Fails when a test does, and when too few lines of a module
# ran.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

# Per cent of a module's lines.
enough=95
build=$(cd "$here/../.." && pwd)/build
out=$build/coverage
root=$("$here/root.sh" debug)

status=0
KERNELS=debug TESTS='' COVERAGE=yes "$here/check.sh" || status=$?

# What each guest counted, beside the compiler's notes that it belongs to, and
# the sources where they were compiled.
rm -rf "$out"
mkdir -p "$out/work/guests"
cp -r "$build/modules/debug/." "$out/work/"
for counts in "$build/vm/debug/out/gcov"/*; do
	[ -e "$counts" ] || die "no guest left its counts"
	guest=$out/work/guests/${counts##*/}
	cp -r "$build/modules/debug" "$guest"
	cp -r "$counts/." "$guest/"
done

# Of the kernel's inlines gcov and lcov do not always think alike.
# shellcheck disable=SC2016 # the shell inside expands it
"$here/enter.sh" "$root" "$out/work:/build" -- sh -eu -c '
	cd /build
	lcov() {
		command lcov --quiet --branch-coverage \
			--ignore-errors inconsistent,inconsistent "$@"
	}
	for guest in guests/*; do
		lcov --capture --directory "$guest" --output-file "$guest.info"
		set -- "$@" --add-tracefile "$guest.info"
	done
	lcov "$@" --output-file all.info
	lcov --extract all.info "/build/exporter/*" "/build/importer-test/*" \
		--output-file modules.info
	genhtml --quiet --branch-coverage --ignore-errors inconsistent \
		--title kdmabuf --prefix /build --output-directory html \
		modules.info
' >"$out/work/log" 2>&1 || {
	cat "$out/work/log"
	die "lcov failed"
}
mv "$out/work/html/"* "$out/"

awk -F '[:,]' -v source="$out/work" -v enough=$enough '
function text_of(file, number,  line, n) {
	while ((getline line <file) > 0)
		if (++n == number)
			break
	close(file)
	return line
}

function rate(hit, found) {
	return sprintf("%5.1f %% of %4d", found ? 100 * hit / found : 100, found)
}

/^SF:/ {
	file = $2
	sub("/build/", "", file)
	module = file
	sub("/.*", "", module)
}
/^DA:/ {
	found[module]++
	if ($3 > 0)
		hit[module]++
	else
		printf "%s:%d:%s\n", file, $2, text_of(source "/" file, $2)
}
/^BRF:/ { branches[module] += $2 }
/^BRH:/ { taken[module] += $2 }
END {
	for (module in found) {
		printf "%-14s lines %s, branches %s\n", module,
			rate(hit[module], found[module]),
			rate(taken[module], branches[module])
		if (100 * hit[module] < enough * found[module]) {
			print "less than " enough " % of the lines of " module
			failed = 1
		}
	}
	exit failed
}' "$out/work/modules.info" || status=1
say "pages for a browser: build/coverage/index.html"
rm -r "$out/work"
exit $status
