#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# modules.sh KERNEL DIRECTORY [MAKE-ARGUMENT]...: compiles a copy of our modules
# in DIRECTORY, with the headers and the compiler of the kernel. A warning is an
# error.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

# The directories of the tree that hold a module each.
module_dirs='exporter importer-test'

tree=$here/../..
kernel=$1
copy=$2
root=$("$here/root.sh" "$kernel")
release=$(ls "$root/usr/lib/modules")
shift 2
# "make coverage" reads what they then count.
case $kernel in debug*) set -- GCOV_PROFILE=y "$@" ;; esac

mkdir -p "$copy"
"$here/mirror.sh" "$tree/uapi" "$copy/uapi"
for dir in $module_dirs; do
	[ -e "$tree/$dir/Kbuild" ] || continue
	"$here/mirror.sh" "$tree/$dir" "$copy/$dir"
	log=$copy/$dir.log
	status=0
	"$here/enter.sh" "$root" "$copy:/build" -- make -j"$(nproc)" \
		-C "/lib/modules/$release/build" "M=/build/$dir" \
		W=1 KCFLAGS=-Werror "$@" modules >"$log" 2>&1 || status=$?
	cat "$log"
	# Those of modpost and sparse are not the compiler's to make errors; it
	# would not repeat them for what is built.
	if [ $status = 0 ] && grep -qi 'warning:' "$log"; then
		rm -r "${copy:?}/$dir"
		status=1
	fi
	[ $status = 0 ] || exit $status
done
