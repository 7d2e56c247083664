# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Sourced by the tests of the command: a check for each thing it prints.

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0

if ! command -v kdmabuf >/dev/null || ! command -v jq >/dev/null; then
	echo '1..0 # SKIP no command kdmabuf, or no jq'
	exit 4
fi

# needs_node PATH...: ends the test as skipped if one is not there.
needs_node() {
	for node; do
		[ -c "$node" ] || {
			echo "1..0 # SKIP no $node, is the module loaded?"
			exit 4
		}
	done
}

skip() {
	number=$((number + 1))
	echo "ok $number $1 # SKIP $2"
}

# skip_rest REASON: ends the test, of which some may have run.
skip_rest() {
	if [ "$number" = 0 ]; then
		echo "1..0 # SKIP $1"
		exit 4
	fi
	skip 'the rest' "$1"
	echo "1..$number"
	exit 0
}

# result STATUS NAME: ok if the status is 0.
result() {
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number $2"
	else
		sed 's/^/# /' "$work/err"
		echo "not ok $number $2"
	fi
}

# check NAME EXPECTED STATUS COMMAND...: what it prints, and its exit status.
check() {
	name=$1 expected=$2 status=$3
	shift 3
	got=$("$@" 2>"$work/err" </dev/null)
	code=$?
	if [ "$got" = "$expected" ] && [ $code = "$status" ]; then
		result 0 "$name"
		return
	fi
	echo "# expected status $status: $expected"
	echo "# got status $code: $got"
	result 1 "$name"
}

# complains TEXT: the command of the last check did so on standard error.
complains() {
	grep -qF "$1" "$work/err"
	result $? "$name: $1"
}

# usage NAME COMMAND...: a wrong use of it: status 2, a message, no output.
usage() {
	name="$1 is a usage error"
	shift
	check "$name" '' 2 "$@"
	[ -s "$work/err" ] || result 1 "$name, with a message"
}
