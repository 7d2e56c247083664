#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# debug-kernel.sh: run inside the debug root, with debug.config in /build.
# Builds that kernel from Debian's source and leaves of it what a package would:
# the image, the modules, and what modules of others are built with.
set -eu

source=/usr/src/linux
mkdir $source
tar -xJf /usr/src/linux-source-*.tar.xz -C $source --strip-components=1
cd $source

export LOCALVERSION=-debug
make -s allnoconfig
scripts/kconfig/merge_config.sh -m .config /build/debug.config
make -s olddefconfig

# What kconfig does not like it drops in silence.
lost=0
while IFS='=' read -r option value; do
	case $option=$value in
	CONFIG_*=n) ! grep -q "^$option=" .config ;;
	CONFIG_*) grep -qx "$option=$value" .config ;;
	esac || {
		echo "debug.config: $option=$value did not come to be" >&2
		lost=1
	}
done </build/debug.config
[ $lost = 0 ] || exit 1

make -s -j"$(nproc)" bzImage modules

release=$(make -s kernelrelease)
modules=/usr/lib/modules/$release
make -s INSTALL_MOD_PATH=/usr modules_install
cp arch/x86/boot/bzImage "/boot/vmlinuz-$release"
rm -f "$modules/build"
make -s run-command KBUILD_RUN_COMMAND="\$(srctree)/scripts/package/install-extmod-build $modules/build"
rm -r $source /usr/src/linux-source-*
