#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# build.sh KERNEL: compiles this tree for a guest, the modules with the
# kernel's own headers and compiler, the programs in the guest's userland, and
# packs both into build/vm/KERNEL/payload.squashfs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

kernel=$1
tree=$(cd "$here/../.." && pwd)
out=$tree/build/vm/$kernel
stage=$out/stage
log=$out/build.log

# Runs a command, its output in the log, and shows that when it fails.
quietly() {
	if ! "$@" >>"$log" 2>&1 </dev/null; then
		tail -n 40 "$log" >&2
		die "building for $kernel failed; all of its output is in $log"
	fi
}

build_modules() {
	release=$(ls "$root/usr/lib/modules")
	updates=$stage/usr/lib/modules/$release/updates
	mkdir -p "$updates"
	quietly "$here/modules.sh" "$kernel" "$tree/build/modules/$kernel"
	for module in "$tree/build/modules/$kernel"/*/*.ko; do
		strip --strip-debug -o "$updates/${module##*/}" "$module"
	done
}

# Tells modprobe about the new modules: bound over the root's own "updates",
# they are indexed together with the kernel's.
index_modules() {
	mkdir -p "$root/usr/lib/modules/$release/updates"
	quietly "$here/enter.sh" "$userland" "$root/usr:/src" "$stage:/build" \
		-- sh -c "
		mount --bind /build/usr/lib/modules/$release/updates \
			/src/lib/modules/$release/updates
		depmod -b /src -o /build/depmod $release"
	mv "$stage/depmod/lib/modules/$release"/* \
		"$stage/usr/lib/modules/$release/"
	rm -r "$stage/depmod"
}

# make_in DIRECTORY ARGUMENTS...: a part of the tree, in the userland.
make_in() {
	dir=$1
	shift
	[ -e "$tree/$dir/Makefile" ] || return 0
	mkdir -p "$tree/build/user"
	quietly "$here/enter.sh" "$userland" "$tree:/src" "$tree/build:/build" \
		"$source/usr/src:/usr/src" -- make -j"$(nproc)" \
		-C "/src/$dir" "$@"
}

build_programs() {
	inside=/build/vm/$kernel/stage
	make_in tools BUILD=/build/user/tools all
	make_in tools BUILD=/build/user/tools install DESTDIR="$inside" \
		PREFIX=/usr
	make_in tests OUTPUT=/build/user/tests KSFT="/usr/src/$selftests" \
		INSTALL_PATH="$inside$tests" install
	make_in tests -s OUTPUT=/build/user/tests KSFT="/usr/src/$selftests" \
		COLLECTION=kdmabuf emit_tests
	sed -n 's/^kdmabuf://p' "$log" >"$stage$tests/list"
	# GStreamer would look at all plugins first, half a minute in a guest.
	quietly "$here/enter.sh" "$userland" "$tree/build:/build" -- env \
		GST_REGISTRY="$inside/root/.cache/gstreamer-1.0/registry.$(uname -m).bin" \
		gst-inspect-1.0
	mkdir -p "$stage/usr/bin"
	ln -s "..${tests#/usr}/dmabuf-heap" "$stage/usr/bin/"
}

selftests=tools/testing/selftests
# Where the guest has the tests.
tests=/usr/libexec/kdmabuf/tests
root=$("$here/root.sh" "$kernel")
userland=$("$here/root.sh" userland)
source=$("$here/root.sh" source)

# One build at a time: guests of all kernels share the user space.
mkdir -p "$out"
exec 8>"$tree/build/lock"
flock 8
rm -rf "$stage"
: >"$log"
build_modules
index_modules
build_programs

# A directory there would hide the userland's symbolic link of that name.
for dir in bin lib sbin; do
	[ ! -e "$stage/$dir" ] || die "the programs install into /$dir"
done
rm -f "$out/payload.squashfs"
quietly mksquashfs "$stage" "$out/payload.squashfs" -all-root -comp lz4 \
	-no-progress -quiet
