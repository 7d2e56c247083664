#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Prints the directory, made on first use, of what QEMU boots:
#   image.sh userland              userland.squashfs
#   image.sh 6.1|6.12|newest       vmlinuz, initrd, modules.squashfs, release
set -eu
here=$(dirname "$0")
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

# What the guest needs before it has a root, and what only some kernels have.
# Any of it may be built in.
early='virtio_pci virtio_blk virtio_console squashfs overlay 9pnet_virtio 9p'
optional='virtio_iommu'

squash() {
	mksquashfs "$1" "$2" -comp lz4 -no-progress -quiet
}

make_userland_image() {
	squash "$1" "$2/userland.squashfs"
}

# Prints the files of those and of all they depend on, in the order to insert.
closure() {
	for module in $early $optional; do
		pattern="/$(echo "$module" | sed 's/_/[-_]/g')\.ko"
		grep "$pattern:" "$modules/modules.dep" ||
			grep -q "$pattern" "$modules/modules.builtin" ||
			[ "$module" = "$optional" ] ||
			die "no module $module in this kernel"
	done >"$1"
	awk '{
		sub(":", "")
		for (i = NF; i > 0; i--)
			if (!seen[$i]++)
				print $i
	}' "$1"
}

make_initramfs() {
	mkdir -p "$1/bin" "$1/modules"
	cp "$userland/usr/bin/busybox" "$1/bin/"
	cp "$here/init" "$1/init"
	closure "$1/dependencies" >"$1/closure"
	while read -r path; do
		cp "$modules/$path" "$1/modules/"
		basename "$path" >>"$1/modules/order"
	done <"$1/closure"
}

make_kernel_image() {
	release=$(ls "$1/usr/lib/modules")
	modules=$1/usr/lib/modules/$release
	echo "$release" >"$2/release"
	cp "$1/boot/vmlinuz-$release" "$2/vmlinuz"

	make_initramfs "$2/initramfs"
	"$here/enter.sh" "$userland" "$2:/build" -- sh -c '
		cd /build/initramfs && find . | cpio -o -H newc -R 0:0 >../initrd'
	rm -r "$2/initramfs"

	mkdir -p "$2/tree/usr/lib/modules"
	cp -a "$modules" "$2/tree/usr/lib/modules/"
	squash "$2/tree" "$2/modules.squashfs"
	rm -r "$2/tree"
}

need mksquashfs:squashfs-tools
case $1 in
userland)
	userland=$("$here/root.sh" userland)
	cached image-userland "$(hash "$userland")" \
		make_userland_image "$userland"
	;;
*)
	root=$("$here/root.sh" "$1")
	userland=$("$here/root.sh" userland)
	cached "image-$1" "$(hash "$root" "$userland" \
		"$(cat "$here/init" "$0")")" make_kernel_image "$root"
	;;
esac
