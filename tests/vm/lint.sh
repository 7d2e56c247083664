#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Judges the source, each tool as it is in Debian 13, and prints TAP: the
# kernel's checkpatch and formatting, shellcheck, and builds from nothing in
# which every warning, of sparse too, is an error.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

kernels='6.1 6.12 newest'
tree=$(cd "$here/../.." && pwd)
out=$tree/build/lint

# shellcheck disable=SC2086 # a list
"$here/root.sh" lint source userland $kernels >/dev/null
lint=$("$here/root.sh" lint)
source=$("$here/root.sh" source)
userland=$("$here/root.sh" userland)

files() {
	(cd "$tree" && find . -path ./build -prune -o -path ./.git -prune -o \
		-type f "$@" -print | sort)
}

# step NAME COMMAND...: a line for tap.awk, with the output of what failed.
step() {
	name=$1
	shift
	say "lint: $name"
	if "$@" >"$out/log" 2>&1 </dev/null; then
		echo "@pass $name"
	else
		sed 's/^/@say /' "$out/log"
		echo "@fail $name"
	fi
}

in_root() {
	root=$1
	shift
	"$here/enter.sh" "$root" "$tree:/src" "$out:/build" \
		"$source/usr/src:/usr/src" -- sh -c 'cd /src && exec "$@"' sh "$@"
}

checkpatch() {
	in_root "$lint" perl /usr/src/scripts/checkpatch.pl --strict --no-tree \
		--terse --show-types --quiet -f "$@"
}

rm -rf "$out"
mkdir -p "$out"
scripts=$(
	files -name '*.sh'
	echo .ci/run tests/vm/init
)
kernel_c=$(files \( -path './exporter/*.[ch]' -o -path './importer-test/*.[ch]' \
	-o -path './uapi/*.h' \))
user_c=$(files \( -path './tools/*.[ch]' -o -path './tests/*.[ch]' \))

# Exceptions. clang-format, which has the last word, ends a line with "(" where
# nothing else fits in 80 columns.
conflicting=OPEN_ENDED_LINE
# These ask for types, macros and functions that only the kernel has.
kernel_only=PREFER_KERNEL_TYPES,BIT_MACRO,PREFER_DEFINED_ATTRIBUTE_MACRO,STRCPY
# These mistake what user space has and the kernel has not: PRIu64, and types,
# functions and tables that are made by macros, as those of the test harness.
mistaken=CAMELCASE,SPACING,COMPLEX_MACRO,MACRO_ARG_REUSE
mistaken=$mistaken,MULTISTATEMENT_MACRO_USE_DO_WHILE

{
	echo "@part lint"
	# shellcheck disable=SC2086 # lists of files
	{
		step "checkpatch of the modules" checkpatch \
			--ignore "$conflicting" $kernel_c
		step "checkpatch of user space" checkpatch \
			--ignore "$conflicting,$kernel_only,$mistaken" $user_c
		step clang-format in_root "$lint" clang-format --dry-run \
			--Werror --style=file:/usr/src/.clang-format $kernel_c $user_c
		step shellcheck in_root "$lint" shellcheck -x -s sh $scripts
	}
	for kernel in $kernels; do
		step "modules for $kernel, W=1 and sparse" \
			"$here/modules.sh" "$kernel" "$out/$kernel" C=2
	done
	step "library and programs, -Wall -Wextra" in_root "$userland" \
		make -j"$(nproc)" -C tools BUILD=/build/tools \
		CPPFLAGS=-D_FORTIFY_SOURCE=2 all
	step "tests, -Wall -Wextra" in_root "$userland" \
		make -j"$(nproc)" -C tests OUTPUT=/build/tests \
		KSFT=/usr/src/tools/testing/selftests all
} | tap
