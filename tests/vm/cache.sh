# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Sourced by the lab's scripts: what they share about the host. Where the cache
# is, how an entry of it comes to be, and which tools are needed.

CACHE=${KDMABUF_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kdmabuf}

say() {
	echo "lab: $*" >&2
}

die() {
	say "$@"
	exit 125
}

[ "$(id -u)" = 0 ] || die "run this as root: it makes Debian systems to chroot into"

# need COMMAND:PACKAGE... installs the packages of commands that are missing.
need() {
	missing=
	for tool; do
		command -v "${tool%%:*}" >/dev/null || missing="$missing ${tool#*:}"
	done
	[ -n "$missing" ] || return 0
	say "installing with apt:$missing"
	# shellcheck disable=SC2086 # a list of packages
	set -- apt-get install -qq -y --no-install-recommends $missing
	export DEBIAN_FRONTEND=noninteractive
	"$@" >&2 || { apt-get update -qq >&2 && "$@" >&2; } ||
		die "could not install$missing"
}

# hash TEXT...: a short name for what an entry is made of.
hash() {
	printf '%s\n' "$@" | sha256sum | cut -c1-12
}

# cached NAME KEY COMMAND...: prints the path of an entry. When it is not there,
# COMMAND makes it in the directory that it gets as its last argument; the entry
# appears only when it is complete, and is made once however many ask for it.
cached() {
	entry=$CACHE/$1-$2
	if [ ! -e "$entry" ]; then
		mkdir -p "$CACHE"
		(
			flock -n 9 || {
				say "$1: another run is making it, waiting"
				flock 9
			}
			[ -e "$entry" ] || make_entry "$1" "$@"
		) 9>"$entry.lock" >&2 || exit 125
	fi
	echo "$entry"
}

make_entry() {
	name=$1
	shift 3
	say "$name: making it, once"
	began=$(date +%s)
	rm -rf --one-file-system "$entry.tmp"
	mkdir "$entry.tmp"
	# In the background, since "if" would switch set -e off inside. Without
	# descriptors of ours: mmdebstrap's own must stay below 10 for dash.
	(set -e; "$@" "$entry.tmp") >"$entry.log" 2>&1 \
		</dev/null 3>&- 7>&- 8>&- 9>&- &
	if ! wait $!; then
		tail -n 30 "$entry.log"
		die "$name: failed; all of its output is in $entry.log"
	fi
	mv "$entry.tmp" "$entry"
	say "$name: made in $(($(date +%s) - began)) s"
}

# Prints how many guests at the same time: each keeps a processor busy, and has 2 GiB
# of memory or more.
guests() {
	guests=${GUESTS:-$(nproc)}
	case $guests in
	[1-9]*) echo "$guests" ;;
	*) die "GUESTS='$guests': no number from 1 on" ;;
	esac
}

# Turns lines for tap.awk into TAP, each as it comes: mawk, when it reads a pipe,
# would wait for some thousand bytes.
tap() {
	case $(readlink -f "$(command -v awk)") in
	*/mawk) set -- -W interactive ;;
	esac
	awk "$@" -f "${here:?}/tap.awk"
}
