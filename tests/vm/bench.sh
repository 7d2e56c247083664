#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs "kdmabuf bench" in a guest of each kernel in KERNELS, whose clock counts
# instructions. What it finds goes to build/bench-KERNEL.json and .svg, its tables and
# whether tests/bench/limits are kept to standard output, in TAP.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

KERNELS=${KERNELS:-6.1 6.12 newest}
tree=$(cd "$here/../.." && pwd)
build=$tree/build

need gnuplot:gnuplot-nox
# shellcheck disable=SC2086 # a list
"$here/root.sh" $KERNELS userland source >/dev/null
userland=$("$here/root.sh" userland)

# The largest first, while memory is not in pieces. udmabuf over huge pages wants
# some, which the bench does not make.
# shellcheck disable=SC2016 # for the guest's shell
command='
set -e
cd /mnt/out
for size in $sizes; do
	kdmabuf bench --exporter kdmabuf --size $size --runs 2 \
		--output $size.json >/dev/null
done
echo 24 >/proc/sys/vm/nr_hugepages
kdmabuf bench --all-steps --output bench.json --plot bench.gnuplot
'

# in_userland COMMAND...: with what the guests found in /build.
in_userland() {
	"$here/enter.sh" "$userland" "$tree:/src" "$build/bench:/build" -- "$@"
}

# judge KERNEL: holds what was found in its guest to the limits.
judge() {
	# shellcheck disable=SC2016 # for the shell in there
	in_userland sh -c 'cd "/build/$1" && jq -rs --arg kernel "$1" \
		--rawfile limits /src/tests/bench/limits \
		-f /src/tests/bench/limits.jq ./*.json' sh "$1"
}

bench_kernel() {
	kernel=$1
	out=$build/bench/$kernel
	sizes='512M 4K'
	append=
	modules='vgem kdmabuf kdmabuf_importer'
	if [ "${kernel%-newest}" = debug ]; then
		# It is slow, has a CMA heap if there is an area for it, and reports
		# that the heaps' segments are too long for vgem's device.
		sizes=
		modules='kdmabuf kdmabuf_importer'
		append=cma=128M
	fi
	rm -rf "$out"
	mkdir -p "$out"
	say "$kernel: building the tree and starting a guest"
	echo "@part $kernel"
	status=0
	KERNEL=$kernel OUT=$out ICOUNT=yes TIMEOUT=${TIMEOUT:-1800} \
		APPEND="$append ${APPEND:-}" \
		MODULES="${MODULES-$modules}" \
		CMD="sizes='$sizes'; $command" "$here/run.sh" >"$out/table" || status=$?
	sed 's/^/@note /' "$out/table"
	if [ $status != 0 ]; then
		echo "@fail kdmabuf bench ran"
		return
	fi
	echo "@pass kdmabuf bench ran"
	cp "$out/bench.json" "$build/bench-$kernel.json"
	gnuplot "$out/bench.gnuplot" >"$build/bench-$kernel.svg" ||
		echo "@fail gnuplot draws the results"
	judge "$kernel" || echo "@fail the results can be held to the limits"
}

{
	for kernel in $KERNELS; do
		bench_kernel "$kernel"
	done
} | tap
