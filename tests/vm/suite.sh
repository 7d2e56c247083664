#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# suite.sh KERNEL: the tests, or those in TESTS, in the guests of one kernel. Part of
# check.sh, which calls this. Prints lines for tap.awk.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

kernel=$1
out=$(cd "$here/../.." && pwd)/build/vm/$kernel
# What run-tests.sh and the programs read.
variables="SOAK=$SOAK${KDMABUF_SEED:+ KDMABUF_SEED=$KDMABUF_SEED}${COVERAGE:+ COVERAGE=yes}"
# A device that does DMA, for the test importer, and a display.
edu=edu
devices="-device cirrus-vga ${QEMU:-}"
# Seconds that the tests of a guest may take. Those of a debug kernel have been seen to
# take an hour on a busy machine.
limit=3600
case $kernel in debug*) limit=5400 ;; esac
# Where it matters how DMA reaches memory.
dma_tests='import_coherence import_edu import_fence import_file import_kept import_map import_others'

# Each kind of IOMMU on one of the kernels.
iommu() {
	case $kernel in
	6.12) echo amd-iommu ;;
	newest) echo virtio-iommu-pci ;;
	*) echo intel-iommu ;;
	esac
}

# guest NAME APPEND [TEST...]: the tests in one guest, with $machine and $mem; in it
# none is skipped whose name begins as the regular expression $never says.
guest() {
	name=$1
	append=$2
	shift 2
	say "$name: building the tree and starting a guest"
	echo "@guest $name"
	echo "@never $never"
	status=0
	KERNEL=$kernel APPEND="$append ${APPEND:-}" \
		QEMU="$machine -device $edu $devices" \
		MEM="${mem:-${MEM:-}}" TIMEOUT="${TIMEOUT:-$((limit + SOAK))}" \
		CMD="$variables /job/run-tests.sh $*" \
		"$here/run.sh" || status=$?
	console=$out/console.log
	if [ ! -e "$console" ]; then
		echo "@fail the tree builds for it"
		return
	fi
	report=$("$here/scan.sh" "$console") || :
	if [ -n "$report" ]; then
		echo "$report" | sed 's/^/@say /'
		echo "@fail its console is clean"
		return
	fi
	echo "@pass its console is clean"
	[ $status = 0 ] || echo "@fail its guest reached the end"
}

rm -rf "$out/out/gcov"
echo "@note $kernel is $(cat "$("$here/image.sh" "$kernel")/release")"
machine=
mem=
never='zero'
case $kernel in debug*) never='zero|fail_' ;; esac
# Freed memory keeps what was in it, so that it is ours to clear.
# shellcheck disable=SC2086 # a list
guest "$kernel" init_on_alloc=0 ${TESTS:-}
[ -z "${TESTS:-}" ] || exit 0
# As Debian boots: the exporter leaves it to the kernel. And with a second NUMA node,
# half of the memory, and some that cannot be pinned for long.
never='longterm|placement: placement.on_node|zero'
guest "$kernel, memory cleared by the kernel" \
	"numa=fake=2 movablecore=512M cma=64M@512M" longterm placement pool zero
# More than the DMA of displays and cameras reaches, and on one kernel enough for a
# buffer of more than 4 GiB.
mem=6144
large=
never=
if [ "$kernel" = 6.12 ]; then
	mem=12288
	large=import_large
	never=$large
fi
# shellcheck disable=SC2086
guest "$kernel, memory above 4 GiB" "" $large command_show.sh \
	example_kms.sh example_output.sh gstreamer-display.sh
mem=
# The bounce buffers lie beyond the 28 address bits that edu has if nobody says else.
edu=edu,dma_mask=0xffffffff
# A kernel that checks the use of the DMA API would see the test's.
never=import_coherence
case $kernel in debug*) never='import_coherence: .*without_a_sync' ;; esac
# shellcheck disable=SC2086
guest "$kernel, DMA bounced" swiotlb=force $dma_tests
edu=edu
never='import_edu: .*behind_an_iommu_scattered'
machine="-machine q35 -device $(iommu)"
# shellcheck disable=SC2086
guest "$kernel, behind $(iommu)" intel_iommu=on $dma_tests
