#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Prints the directory of a Debian root file system, made on first use; of
# several, made at the same time:
#   root.sh 6.1|6.12|newest   a stock kernel, its headers, its own compiler
#   root.sh debug|debug-newest
#                             the same of 6.12 or the newest, built from Debian's source
#                             to find mistakes (debug*.config)
#   root.sh userland          where our programs are compiled and run
#   root.sh source            in /usr/src, what we use of the kernel's source
#   root.sh lint              the tools that judge our source
set -eu
here=$(dirname "$0")
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

need mmdebstrap:mmdebstrap xz:xz-utils
[ -e /usr/share/keyrings/debian-archive-keyring.gpg ] ||
	need debian-archive-keyring:debian-archive-keyring
if [ $# -gt 1 ]; then
	making=
	for name; do
		"$0" "$name" &
		making="$making $!"
	done
	for pid in $making; do
		wait "$pid"
	done
	exit
fi

name=${1:-}
suite=trixie
variant=apt
backports=
recipe=
case $name in
6.1|6.12|newest)
	packages='linux-image-amd64 linux-headers-amd64 gcc make sparse kmod'
	[ "$name" != 6.1 ] || suite=bookworm
	[ "$name" != newest ] || backports=yes
	;;
debug|debug-newest)
	packages='gcc make sparse kmod flex bison bc cpio perl libelf-dev
		  libssl-dev xz-utils lcov'
	if [ "$name" = debug ]; then
		packages="linux-source-6.12 $packages"
		config=debug-6.12.config
	else
		packages="linux-source $packages"
		config=debug-newest.config
		backports=yes
	fi
	;;
userland)
	# To compile our programs, 32-bit ones too, and to make an initramfs.
	packages='gcc gcc-multilib g++ make pkgconf libjansson-dev libpng-dev
		  libdrm-dev libgbm-dev libegl-dev libgles-dev libvulkan-dev
		  libcairo2-dev libgstreamer-plugins-base1.0-dev rsync busybox-static cpio'
	# To run them, with programs that know nothing of us.
	packages="$packages mount kmod procps less strace trace-cmd jq udev
		  v4l-utils libcamera-tools libcamera-ipa libgl1-mesa-dri
		  mesa-vulkan-drivers gstreamer1.0-tools
		  gstreamer1.0-plugins-base gstreamer1.0-plugins-good
		  gstreamer1.0-plugins-bad gstreamer1.0-gl fonts-dejavu-core"
	;;
source)
	packages=linux-source-6.12
	variant=extract
	;;
lint)
	packages='clang-format shellcheck perl'
	;;
*)
	die "no such root: '$name' (6.1, 6.12, newest, debug, debug-newest, userland, source, lint)"
	;;
esac

# The mirror that this host's apt uses for Debian's RELEASE, if there is one.
mirror() {
	command -v apt-get >/dev/null || return 0
	# shellcheck disable=SC2016 # apt expands these
	apt-get indextargets --format \
		'$(RELEASE) $(COMPONENT) $(ORIGIN) $(REPO_URI)' \
		'Created-By: Packages' 2>/dev/null |
	awk -v release="$1" '
		$1 ~ release && $2 == "main" && (NF == 3 || $3 == "Debian") {
			print $NF
			exit
		}'
}

debian='^(bookworm|trixie|forky|sid|stable|testing|unstable)$'
debian_security='^(bookworm|trixie|stable)-security$'

# Without a mirror mmdebstrap takes its own default, security included.
make_root() {
	main=$(mirror "$debian")
	security=$(mirror "$debian_security")
	INITRD=No unshare --mount mmdebstrap --mode=root "$@" \
		${main:+"deb $main $suite main"} \
		${security:+"deb $security $suite-security main"}
}

# Of the kernel's source only the selftests and the rules for source.
make_source() {
	make_root "$@"
	for target; do :; done
	cd "$target/usr/src"
	tar -xJf linux-source-*.tar.xz --strip-components=1 --wildcards \
		'*/.clang-format' '*/scripts/checkpatch.pl' \
		'*/scripts/spelling.txt' '*/scripts/const_structs.checkpatch' \
		'*/tools/testing/selftests/lib.mk' \
		'*/tools/testing/selftests/kselftest*' \
		'*/tools/testing/selftests/dmabuf-heaps'
	rm linux-source-*
}

# No documentation, no translations, and no initramfs: the lab makes its own.
# shellcheck disable=SC2016 # mmdebstrap runs the hooks with the root as $1
set -- --variant=$variant \
	--aptopt='APT::Install-Recommends "false"' \
	--dpkgopt='path-exclude=/usr/share/doc/*' \
	--dpkgopt='path-exclude=/usr/share/man/*' \
	--dpkgopt='path-exclude=/usr/share/locale/*' \
	--customize-hook='mkdir "$1/src" "$1/build"' \
	--include="$(echo "$packages" | tr -s ' \t\n' ,)"
case $name in
6.1|6.12|newest)
	# Modules are loaded and indexed more often than they are unpacked.
	# shellcheck disable=SC2016
	set -- "$@" --customize-hook='find "$1/usr/lib/modules" -name "*.ko.xz" |
			xargs -r -P2 -n64 xz -d &&
		chroot "$1" depmod "$(ls "$1/usr/lib/modules")"'
	;;
debug*)
	recipe=$(cd "$here" && cat debug.config "$config" debug-kernel.sh)
	lab=$(cd "$here" && pwd)
	export lab config
	# shellcheck disable=SC2016
	set -- "$@" --customize-hook='
		cd "$lab" && cat debug.config "$config" >"$1/build/debug.config" &&
		chroot "$1" sh -s <debug-kernel.sh'
	;;
esac
if [ -n "$backports" ]; then
	# The same mirror's backports, preferred.
	# shellcheck disable=SC2016
	set -- "$@" --aptopt="APT::Default-Release \"$suite-backports\"" \
		--setup-hook='cd "$1/etc/apt" && sed -n \
			"s/ \([a-z]*\) main.*/ \1-backports main/p" \
			sources.list | head -n 1 >sources.list.d/backports.list'
fi

make=make_root
[ "$name" != source ] || make=make_source
cached "root-$name" "$(hash "$suite" "$@" ${recipe:+"$recipe"})" $make "$@" "$suite"
