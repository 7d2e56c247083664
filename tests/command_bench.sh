#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# kdmabuf bench: that its counts are right where they are known beforehand, and that
# what cannot be measured is said. What it costs is no matter here: see "make bench".
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"

needs_node /dev/kdmabuf /dev/kdmabuf_importer

# The system heap gives vgem's device longer segments than that takes: a kernel that
# looks after such things would tell.
rows=10 all_rows=16
if [ -e /sys/kernel/debug/dma-api ] && modprobe -r vgem; then
	rows=9 all_rows=15
fi

# One run with 4 MiB: two huge pages, 1024 small ones.
bench() {
	kdmabuf bench --size 4M --runs 1 "$@"
}

# seen OPTION...: what $filter finds in its JSON, and its exit status.
seen() {
	bench --json "$@" >"$work/json"
	set -- $?
	jq -c "$filter" "$work/json"
	return "$1"
}

usage 'an argument of bench' kdmabuf bench 32M
usage 'an unknown option of bench' kdmabuf bench --frobnicate
usage 'a bench of no bytes' kdmabuf bench --size 0
usage 'a bench of what is no size' kdmabuf bench --size large
usage 'a bench without runs' kdmabuf bench --runs 0
usage 'a bench with too many runs' kdmabuf bench --runs 1001
usage 'an unknown exporter' kdmabuf bench --exporter ion
usage 'an unknown counter' kdmabuf bench --counter sundial

half=$(awk '/^MemAvailable:/ { print int($2 / 2) }' /proc/meminfo)
check 'a bench of more than the machine can give fails' '' 1 \
	kdmabuf bench --size $((half + half / 2))K --exporter memfd
complains 'more than half of the memory that is available'

filter='[.size, .runs, (.exporters | keys_unsorted)]'
check 'bench measures all that it knows' \
	'[4194304,1,["kdmabuf","system_heap","cma_heap","udmabuf","udmabuf_hugetlb","vgem","memfd","pipe","memfd_copy"]]' \
	0 seen
all=$work/all
cp "$work/json" "$all"
check 'what is absent has a reason, what is not has steps' true 0 jq \
	'[.exporters[] | (.absent // "" | length > 0) == (.steps == {})] | all' \
	"$all"
check 'nothing failed' '[]' 0 jq -c '[.exporters[].errnos[]]' "$all"

step='.exporters.kdmabuf.steps.map_touch_unmap'
check 'ours takes a fault for 2 MiB, and no page table' '[2,2,2,0]' 0 \
	jq -c "$step | [.faults[], .page_table_bytes]" "$all"
step='.exporters.memfd.steps.map_touch_unmap'
check 'a memfd takes one for 4 KiB, and page tables, and is zeroed' \
	'[1024,true,4194304]' 0 jq -c \
	"$step | [.faults.median, .page_table_bytes > 0, .bytes_zeroed.median]" \
	"$all"
check 'ours is one segment' 1 0 \
	jq '.exporters.kdmabuf.steps.device_map.segments' "$all"
check 'a memfd is no dma-buf' '[null,null,null]' 0 jq -c \
	'.exporters.memfd.steps | [.sync, .device_map, .vgem_import]' "$all"
check 'a frame is copied twice by a pipe, once to a memfd, and not handed over' \
	'[16588800,8294400,0,0]' 0 jq -c \
	'[.exporters["pipe", "memfd_copy", "memfd", "kdmabuf"].steps.frame.bytes_copied]' \
	"$all"
check 'the receiver of a frame takes faults for it, ours one for 2 MiB' 3 0 \
	jq '.exporters.kdmabuf.steps.frame.faults.median' "$all"

filter='.exporters | keys_unsorted'
check '--exporter measures only those' '["kdmabuf","memfd"]' 0 \
	seen --exporter memfd --exporter kdmabuf --exporter memfd

lines() {
	pattern=$1
	shift
	bench --exporter kdmabuf --exporter memfd "$@" | grep -c "$pattern"
}
check 'people get a table' $rows 0 lines '^  kdmabuf '
check '--all-steps shows more of it' $all_rows 0 lines '^  kdmabuf ' --all-steps
check '--output writes the JSON besides' $rows 0 \
	lines '^  kdmabuf ' --output "$work/output"
check 'as valid as the other' '["kdmabuf","memfd"]' 0 \
	jq -c '.exporters | keys' "$work/output"
check 'an output that cannot be written fails' '' 1 \
	sh -c '"$@" >/dev/null' sh kdmabuf bench --size 4K --runs 1 \
	--exporter kdmabuf --output /nowhere/json
complains '/nowhere/json: write: '

# With what instructions cost "make bench" deals.
if [ "$(jq .unit "$all")" = null ]; then
	check 'an emulator has no times' '' 1 bench --counter clock
	complains 'times in an emulator mean nothing'
	check 'and counts instructions only with -icount' '' 1 \
		bench --counter icount
	complains 'it takes QEMU, without KVM and with -icount'
	check 'then there is no cost' '[]' 0 jq -c \
		'[.exporters[].steps[] | .instructions, .nanoseconds | values]' \
		"$all"
	check 'nor is there a picture' '' 1 sh -c '"$@" >/dev/null' sh \
		kdmabuf bench --size 4K --runs 1 --plot "$work/plot.svg"
	complains "$work/plot.svg: plot: "
else
	check 'ours costs once what ours costs' true 0 jq \
		'[.exporters.kdmabuf.steps[] | .ratio | values] | all(. == 1)' \
		"$all"
	bench --plot "$work/plot.gnuplot" >/dev/null
	# shellcheck disable=SC2016 # for the shell in there
	check 'gnuplot is given bars for ours' yes 0 sh -c \
		'grep -q "^[0-9]* \"kdmabuf\"" "$1" && echo yes' sh \
		"$work/plot.gnuplot"
	check 'without gnuplot there is no picture' '' 1 \
		sh -c 'PATH=/nowhere "$@" >/dev/null' sh "$(command -v kdmabuf)" \
		bench --size 4K --runs 1 --plot "$work/plot.svg"
	complains 'apt install gnuplot-nox'
fi

pages=/proc/sys/vm/nr_hugepages
before=$(cat $pages)
filter='.exporters.udmabuf_hugetlb.absent'
if [ ! -c /dev/udmabuf ]; then
	skip 'udmabuf over huge pages is measured' 'this kernel has no udmabuf'
else
	echo 12 >$pages
	check 'udmabuf over huge pages is measured' null 0 \
		seen --exporter udmabuf_hugetlb
	echo 0 >$pages
	filter="$filter | test(\"nr_hugepages\")"
	check 'unless there are none' true 0 seen --exporter udmabuf_hugetlb
fi
echo "$before" >$pages

modprobe -r kdmabuf_importer
filter='.exporters.kdmabuf.steps | [.device_map, .sync.faults.median]'
check 'without the importer no device is attached' '[null,0]' 0 \
	seen --exporter kdmabuf
modprobe -r kdmabuf
filter='[.exporters[].absent | values | length > 0]'
check 'without our module bench fails' '[true]' 1 \
	seen --exporter kdmabuf --exporter memfd
complains 'the module is not loaded'
modprobe kdmabuf
modprobe kdmabuf_importer
modprobe vgem

echo "1..$number"
