#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Prints the directory of a Debian root file system, made on first use:
#   root.sh 6.1|6.12|newest   a stock kernel, its headers, its own compiler
#   root.sh userland          where our programs are compiled and run
#   root.sh lint              the tools that judge the source
set -eu
here=$(dirname "$0")
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

kernel='linux-image-amd64 linux-headers-amd64 gcc make sparse kmod'

name=${1:-}
case $name in
6.1)      suite=bookworm backports='' packages=$kernel ;;
6.12)     suite=trixie backports='' packages=$kernel ;;
newest)   suite=trixie backports=yes packages=$kernel ;;
userland) suite=trixie backports=''
	# To compile our programs, 32-bit ones too, and to make an initramfs.
	packages='gcc gcc-multilib g++ make pkgconf libpng-dev rsync
		  busybox-static cpio'
	# To run them, with programs that know nothing of us.
	packages="$packages mount kmod procps less strace v4l-utils libcamera-tools
		  libcamera-ipa"
	;;
lint)     suite=trixie backports=''
	packages='clang-format shellcheck perl'
	;;
*)
	die "no such root: '$name' (6.1, 6.12, newest, userland, lint)"
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
	if [ "$(id -u)" = 0 ]; then mode=root; else mode=unshare; fi
	main=$(mirror "$debian")
	security=$(mirror "$debian_security")
	INITRD=No mmdebstrap --mode=$mode "$@" \
		${main:+"deb $main $suite main"} \
		${security:+"deb $security $suite-security main"}
}

# No documentation, no translations, and no initramfs: the lab makes its own.
# shellcheck disable=SC2016 # mmdebstrap runs the hooks with the root as $1
set -- --variant=apt \
	--aptopt='APT::Install-Recommends "false"' \
	--dpkgopt='path-exclude=/usr/share/doc/*' \
	--dpkgopt='path-exclude=/usr/share/man/*' \
	--dpkgopt='path-exclude=/usr/share/locale/*' \
	--customize-hook='mkdir "$1/src" "$1/build"' \
	--include="$(echo "$packages" | tr -s ' \t\n' ,)"
if [ -n "$backports" ]; then
	# The same mirror's backports, preferred.
	# shellcheck disable=SC2016
	set -- "$@" --aptopt="APT::Default-Release \"$suite-backports\"" \
		--setup-hook='cd "$1/etc/apt" && sed -n \
			"s/ \([a-z]*\) main.*/ \1-backports main/p" \
			sources.list | head -n 1 >sources.list.d/backports.list'
fi

need mmdebstrap:mmdebstrap
cached "root-$name" "$(hash "$suite" "$@")" make_root "$@" "$suite"
