#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Tests the tests: each patch in tests/mutants, or those named in MUTANTS, breaks
# one promise of the modules, and the tests have to fail, or the kernel to report
# something. Prints TAP, with what caught each of them. One that survives shows a
# test that is missing.
#
# To add one: break something, let "git diff -U2" make the patch, and write before
# it why that is wrong, and in lines of their own
#   Caught-by: program.test   which is expected to; that program is run first, and
#                             the others only if it does not fail. Without a test
#                             where it is a report, or the end of the guest, which
#                             counts only there
#   Kernel: debug             if only that one shows it [KERNEL]
#   Append: words             for the kernel's command line, if it takes them []
# A patch has one hunk, and applies wherever its lines are found. What the guests
# said of each is in build/mutants/logs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

export KERNEL="${KERNEL:-6.12}"
tree=$(cd "$here/../.." && pwd)
work=$tree/build/mutants
guests=$(guests)

[ -n "${MUTANTS:-}" ] || MUTANTS=$(
	cd "$tree/tests/mutants"
	echo *.patch | sed 's/\.patch//g'
)

need patch:patch
rm -rf "$work"
mkdir -p "$work/logs"
for name in $MUTANTS; do
	patch=$tree/tests/mutants/$name.patch
	[ -e "$patch" ] || die "no such mutant: '$name'"
	# Kernel, Append and program, parted by tabs.
	awk -v OFS='\t' -v kernel="$KERNEL" '
		/^diff / { exit }
		sub(/^Kernel: */, "") { kernel = $0 }
		sub(/^Append: */, "") { append = $0 }
		sub(/^Caught-by: */, "") { program = $0; sub(/\..*/, "", program) }
		END { print kernel, append, program }' "$patch"
done | sort -u >"$work/environments"

# In a copy, so that the tree is free meanwhile; of that one copy for each guest.
# What was compiled before need not be again.
copy=$work/tree
mkdir -p "$copy/build"
tar -C "$tree" --exclude=./build --exclude=./.git -cf - . | tar -C "$copy" -xf -
for made in modules user; do
	[ ! -e "$tree/build/$made" ] || cp -a "$tree/build/$made" "$copy/build/"
done
cut -f1 "$work/environments" | sort -u | while read -r kernel; do
	say "$kernel: building the tree"
	"$here/root.sh" "$kernel" userland source >/dev/null </dev/null
	"$copy/tests/vm/build.sh" "$kernel" </dev/null
done
slot=0
while [ $slot -lt "$guests" ]; do
	cp -a "$copy" "$work/$slot"
	slot=$((slot + 1))
done

# What xargs shall call mutant.sh with. First the controls, a line for each way to
# boot: what is to catch the mutants must not fail without them.
cases() {
	awk -F '\t' '
		{
			boot = $1 " \"" $2 "\""
			programs[boot] = programs[boot] " " $3
		}
		END {
			for (boot in programs)
				print boot programs[boot]
		}' "$work/environments"
	for name in $MUTANTS; do
		echo "\"$copy/tests/mutants/$name.patch\""
	done
}

{
	cases | xargs -L1 -P"$guests" --process-slot-var=SLOT \
		"$copy/tests/vm/mutant.sh" ||
		echo "@fail every mutant was judged"
} | tap
