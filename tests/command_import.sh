#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# kdmabuf import: what it tells of dma-bufs of ours and of others, and of a step that
# fails. What CRC-32 it has to tell gzip knows.
# shellcheck source=tests/checks.sh
. "$(dirname "$0")/checks.sh"

needs_node /dev/kdmabuf /dev/kdmabuf_importer

crc32_of() {
	gzip -c "$1" | tail -c 8 | od -An -tu4 -N4 | tr -d ' '
}

bytes=$work/bytes
size=1048576
head -c $size /dev/urandom >"$bytes"
crc32=$(crc32_of "$bytes")

# import OPTION...: of a small buffer, without edu.
import() {
	kdmabuf run 64K -- kdmabuf import 3 --dma 0 "$@"
}

# filled BUFFER-OPTION COMMAND...: a command on a buffer of ours that has those bytes.
filled() {
	option=$1
	shift
	kdmabuf run 1M "$option" -- dmabuf-run inherited "$bytes" "$@"
}

# import_filled BUFFER-OPTION OPTION...: of such a buffer, without edu.
import_filled() {
	option=$1
	shift
	filled "$option" kdmabuf import 3 --dma 0 "$@"
}

# seen COMMAND...: what $filter finds in its JSON, and its exit status.
seen() {
	"$@" --json >"$work/json"
	set -- $?
	jq -c "$filter" "$work/json"
	return "$1"
}

# injected INJECTION OPTION...: strace has one of its ioctls fail or answer something
# else. They come in this order: GET, VMAP, CPU_ACCESS, ACCESS, CPU_ACCESS, ATTACH,
# MAP, SEGMENTS, ACCESS.
injected() {
	injection=$1
	shift
	kdmabuf run 64K -- strace -o /dev/null -e "inject=ioctl:$injection" \
		kdmabuf import 3 --dma 0 "$@"
}

if [ "$(import --json | jq .needs_sync)" = true ]; then
	echo '1..0 # SKIP devices have bounce buffers, which edu does not reach'
	exit 4
fi

usage 'import without a descriptor' kdmabuf import
usage 'import of two descriptors' kdmabuf import 3 4
usage 'import of what is no descriptor' kdmabuf import camera
usage 'an unknown option of import' import --frobnicate
usage 'an unknown device' import --device gpu
usage 'an unknown direction' import --direction up
usage 'no address bits' import --address-bits 0
usage 'more address bits than 64' import --address-bits 65
usage 'a boundary that is no size' import --segment-boundary page
usage 'a segment size that is no size' import --max-segment-size -1
usage 'a segment size of 4G' import --max-segment-size 4G
usage 'an amount for DMA that is no size' import --dma all

check 'import of a closed descriptor fails' '' 1 kdmabuf import 33
complains '33: find: Bad file descriptor'
check 'import of what is no dma-buf fails' '' 1 \
	sh -c 'kdmabuf import 3 3</dev/null'
complains '3: import: Wrong medium type'

filter='[.exporter, .size, .kernel_mapping, .kind, .dynamic, .direction]'
check 'import tells what it did' \
	'["kdmabuf",65536,"memory","virtual",false,"to-device"]' 0 seen import
check 'import does what it is told' \
	'["kdmabuf",65536,"memory","virtual",true,"both"]' 0 \
	seen import --dynamic --direction both
check 'import finds a descriptor of another process' \
	'["kdmabuf",65536,"memory","virtual",false,"to-device"]' 0 \
	seen kdmabuf run 64K -- \
	sh -c 'kdmabuf import /proc/$$/fd/3 "$@"; exit $?' sh

filter='[.kernel_crc32, .device_crc32, .equal]'
all_bytes="[$crc32,$crc32,true]"
check 'kernel and device see every byte of a contiguous buffer' "$all_bytes" 0 \
	seen import_filled --align=4K
check 'kernel and device see every byte of a scattered buffer' "$all_bytes" 0 \
	seen import_filled --scattered
check 'a dynamic importer sees every byte' "$all_bytes" 0 \
	seen import_filled --scattered --dynamic
check 'a device that only writes reads nothing' "[$crc32,null,null]" 0 \
	seen import_filled --align=4K --direction from-device
# shellcheck disable=SC2016 # for the shell in there
check 'import changes nothing' "$all_bytes" 0 seen filled --scattered sh -c \
	'kdmabuf import 3 --direction both >/dev/null; kdmabuf import 3 "$@"' sh
check 'import leaves no device attached' 0 0 kdmabuf run 64K -- sh -c \
	'kdmabuf import 3 >/dev/null; kdmabuf info 3 --json | jq .attachments'

head -c $size /dev/zero >"$work/zeroes"
check 'of a read-only view only the device reads, and that is no failure' \
	"[null,$(crc32_of "$work/zeroes"),null]" 0 \
	seen kdmabuf run 1M --read-only -- kdmabuf import 3
filter='[.kernel_mapping, .kind, .segments]'
check 'a read-only view cannot be mapped for a device that writes' \
	'["not offered","virtual",null]' 1 \
	seen kdmabuf run 64K --read-only -- kdmabuf import 3 --direction both
complains '3: map for DMA: Permission denied'

filter='[(.segments | length), .contiguous, .mapped_bytes, .bad]'
check 'a contiguous buffer is one segment' "[1,true,$size,[]]" 0 \
	seen import_filled --align=1M
check '--max-segment-size is kept' "[8,true,$size,[]]" 0 \
	seen import_filled --align=1M --max-segment-size 128K
check '--segment-boundary is kept' "[16,true,$size,[]]" 0 \
	seen import_filled --align=1M --segment-boundary 64K
check '--address-bits is kept' "[1,true,$size,[]]" 0 \
	seen import_filled --address-bits=28 --address-bits 28
filter='[(.segments | length) > 1, .contiguous, (.segments | map(.length) | add)]'
check 'a scattered buffer is several segments, of all its bytes' \
	"[true,false,$size]" 0 seen import_filled --scattered
# shellcheck disable=SC2016 # for the shell in there
check "a segment's address is the one that info tells" true 0 \
	kdmabuf run 64K -- sh -c 'kdmabuf import 3 --json >"$1"
		kdmabuf info 3 --json | jq --slurpfile seen "$1" \
			".physical_address == \$seen[0].segments[0].address"' \
	sh "$work/json"

# lines PATTERN OPTION...: how many there are of those for people, of 20 segments.
lines() {
	pattern=$1
	shift
	kdmabuf run 80K -- kdmabuf import 3 --dma 0 --max-segment-size 4K "$@" \
		>"$work/text"
	grep -c "$pattern" "$work/text"
}
check 'people get to see 16 segments' 16 0 lines '^segment [0-9]* *0x.*, 4K$'
check 'and how many are left' 1 0 lines '^segments left  *4,'
check '--all-segments shows all' 20 0 \
	lines '^segment [0-9]* *0x.*, 4K$' --all-segments
check 'and then none are left' 0 1 lines '^segments left' --all-segments
check 'people see the same CRC-32' 2 0 sh -c \
	'"$@" | grep -c "^\(kernel\|device\) reads  *CRC-32 '"$(printf %08x "$crc32")"'"' \
	sh kdmabuf run 1M -- dmabuf-run inherited "$bytes" kdmabuf import 3 --dma 0

# What cannot be done is told, and what can be is shown.
filter='[.kernel_mapping, .kernel_crc32 != null, .kind]'
check 'a boundary that is no power of two fails' '["memory",true,null]' 1 \
	seen import --segment-boundary 12K
complains '3: attach virtual device: Numerical argument out of domain'
check 'a segment size below a page fails' '["memory",true,null]' 1 \
	seen import --max-segment-size 1K
complains '3: attach virtual device: Numerical result out of range'
check 'a device with hardly an address fails' '["memory",true,null]' 1 \
	seen import --address-bits 1
complains '3: attach virtual device: Cannot assign requested address'

filter='[.kernel_mapping, .kernel_crc32 != null, .segments != null,
	.device_crc32 != null]'
while read -r when error seen said; do
	check "$said is told, and the rest shown" "$seen" 1 \
		seen injected "error=$error:when=$when"
	complains "3: $said: "
done <<-END
	2 ENOMEM ["failed",false,true,true] map into the kernel
	3 EIO ["memory",false,true,true] begin CPU access
	4 ERANGE ["memory",false,true,true] read as the kernel
	5 EIO ["memory",true,true,true] end CPU access
	6 EBUSY ["memory",true,false,false] attach virtual device
	7 EIO ["memory",true,false,false] map for DMA
	8 ENOMEM ["memory",true,false,true] list segments
	9 EREMOTEIO ["memory",true,true,false] read as the device
END

# struct kdmabuf_importer_map up to bad, which is all there is; the handles are right.
filter=.bad
check 'all that may be wrong with a mapping is named' \
	'["size","count","length","alignment","segment-size","boundary","address"]' \
	1 seen injected \
	poke_exit=@arg3=020000000100000003000000030000007f:when=7
complains '3: map for DMA: a segment lies where the device does not reach'
# struct kdmabuf_importer_access up to crc32.
filter='[.device_crc32, .equal]'
check 'different bytes are a failure' '[1,false]' 1 seen injected \
	"poke_exit=@arg3=$(printf %080d 0)01000000:when=9"
complains '3: compare: kernel and device see different bytes'

for exporter in system-heap udmabuf vgem; do
	name="kernel and device see every byte of a buffer of $exporter"
	dmabuf-run $exporter "$bytes" true
	if [ $? = 4 ]; then
		skip "$name" 'this kernel has no such exporter'
		continue
	fi
	if [ $exporter = udmabuf ] && [ -e /sys/kernel/debug/dma-api ]; then
		skip "$name" 'it syncs in no direction that it mapped, and this kernel says so'
		continue
	fi
	filter='[.mapped_bytes, .bad, .kernel_crc32, .device_crc32, .equal]'
	check "$name" "[$size,[],$crc32,$crc32,true]" 0 \
		seen dmabuf-run $exporter "$bytes" kdmabuf import 3 --dma 0
done

# edu, if QEMU was told to have it
drivers=/sys/bus/pci/drivers/kdmabuf_importer
edu=$(cd $drivers && ls -d 0000:* 2>/dev/null)
low() {
	filled --address-bits=28 kdmabuf import 3 "$@"
}
filter='[.kind, .edu, .device_crc32]'
if [ -z "$edu" ]; then
	skip 'edu reads, too' 'no edu device: boot with -device edu'
else
	check 'edu reads 16K if nobody says how much' \
		"[\"virtual\",{\"bytes\":16384,\"transfers\":10,\"equal\":true},$crc32]" \
		0 seen low
	check 'edu reads as much as it is told to, for itself' \
		"[\"edu\",{\"bytes\":4096,\"transfers\":4,\"equal\":true},$crc32]" \
		0 seen low --dma 4K --device edu --max-segment-size 4K
	check 'edu reads nothing if it is told so' \
		"[\"edu\",null,$crc32]" 0 seen low --dma 0 --device edu
	filter=.edu
	check 'edu reads no more than there is' \
		'{"bytes":4096,"transfers":4,"equal":true}' 0 \
		seen kdmabuf run 4K --address-bits 28 -- \
		kdmabuf import 3 --dma 1M
	# More than there is below its 28 address bits, in pieces: a run as long is
	# not in every guest.
	check 'edu leaves alone what it does not reach' null 0 \
		seen kdmabuf run 257M --scattered -- \
		kdmabuf import 3 --direction from-device
	check 'but not if it is told to read' null 1 \
		seen kdmabuf run 257M --scattered -- \
		kdmabuf import 3 --direction from-device --dma 4K
	complains "3: read by edu's DMA: "
	echo "$edu" >$drivers/unbind
fi
filter='[.kernel_crc32, .device_crc32, .edu]'
check 'without edu nothing is missed' "[$crc32,$crc32,null]" 0 seen low
check 'but if it is to read' "[$crc32,$crc32,null]" 1 seen low --dma 4K
complains '3: attach edu device: No such device'
check 'or to be attached' "[$crc32,null,null]" 1 seen low --device edu
complains '3: attach edu device: No such device'
[ -z "$edu" ] || echo "$edu" >$drivers/bind

check 'import is not for everybody' '' 1 kdmabuf run 4K -- \
	setpriv --reuid=65534 --clear-groups kdmabuf import 3
complains 'only root may use it'
modprobe -r kdmabuf_importer
check 'without the module import fails' '' 1 import
complains "try 'modprobe kdmabuf_importer'"
modprobe kdmabuf_importer

echo "1..$number"
