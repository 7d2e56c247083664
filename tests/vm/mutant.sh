#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# mutant.sh PATCH: breaks the modules in a copy of the tree, and runs the tests in
# one guest until one fails or the kernel reports something.
# mutant.sh KERNEL APPEND PROGRAM...: breaks nothing, and runs only those tests.
# Part of mutants.sh, which calls this in its copy of the tree, several at a time;
# $SLOT numbers the copy of that to work in. Prints lines for tap.awk.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/vm/cache.sh
. "$here/cache.sh"

# Seconds without a word of a test until the guest is taken to hang; on an idle
# host no test needs a tenth of that, on a debug kernel a fifth. What the kernel has
# to say about slowness would be the host's.
silence_limit=180
debug_silence_limit=600
patient='nosoftlockup rcupdate.rcu_cpu_stall_suppress=1'
# Seconds that all tests take at most, which is what a mutant that survives takes.
limit=1800
debug_limit=7200

tree=$(cd "$here/../.." && pwd)
broken=$tree/../$SLOT
logs=$tree/../logs
tests=/usr/libexec/kdmabuf/tests

# field NAME: what a line of the patch's header says.
field() {
	sed -n "/^diff /q; s/^$1: *//p" "$patch"
}

# Ends the case with lines for tap.awk, in one piece: others print too.
end() {
	{
		echo "@part $kernel"
		printf '%s\n' "$@"
	} | flock "$logs" cat
	exit 0
}

restore() {
	for dir in exporter importer-test; do
		"$here/mirror.sh" "$tree/$dir" "$broken/$dir"
	done
}

# The first test that has failed so far.
failed_test() {
	{
		echo "@part guest"
		cat "$stream"
	} | tap | sed -n 's/^not ok [0-9]* guest: //p' |
		head -n 1
}

# The first report of the kernel so far, and the test program that was running.
first_report() {
	[ ! -e "$console" ] || "$here/scan.sh" "$console" | tr -d '\r' | awk '
		NR == 1 {
			gsub(/^during |:$/, "")
			program = $0
		}
		NR == 2 {
			sub(/^\[[^]]*\] */, "")
			print program ": the kernel reports \"" $0 "\""
		}'
}

running() {
	sed -n 's/^@begin //p' "$stream" | tail -n 1
}

# Sets $caught to what failed first, if anything does.
watch() {
	caught=
	said=0
	last=$(date +%s)
	while kill -0 "$pid" 2>/dev/null; do
		sleep 1
		caught=$(failed_test)
		[ -n "$caught" ] || caught=$(first_report)
		[ -z "$caught" ] || break
		if [ "$(wc -c <"$stream")" != "$said" ] ||
			! grep -q '^@begin ' "$stream"; then
			said=$(wc -c <"$stream")
			last=$(date +%s)
		elif [ $(($(date +%s) - last)) -ge $silence_limit ]; then
			caught="$(running): the guest hung"
			break
		fi
	done
	kill "$pid" 2>/dev/null || :
	status=0
	wait "$pid" || status=$?
	[ -n "$caught" ] || caught=$(failed_test)
	[ -n "$caught" ] || caught=$(first_report)
}

# run COMMAND: in a guest, watched.
run() {
	out=$broken/build/vm/$kernel
	stream=$log.tap
	console=$out/console.log
	rm -f "$out/payload.squashfs" "$console"
	: >"$stream"
	case $kernel in
	debug*)
		limit=$debug_limit
		silence_limit=$debug_silence_limit
		;;
	esac
	KERNEL=$kernel CMD=$1 APPEND="init_on_alloc=0 $patient $append" \
		TIMEOUT=$limit QEMU='-device edu' "$broken/tests/vm/run.sh" \
		>"$stream" 2>"$log.log" &
	pid=$!
	trap 'kill $pid; exit 130' INT TERM HUP
	watch
	trap - INT TERM HUP
	[ ! -e "$console" ] || cp "$console" "$log.console"
	[ -e "$out/payload.squashfs" ] ||
		end "$(tail -n 20 "$log.log" | sed 's/^/@say /')" \
			"@fail $name: does not build"
	grep -q '^@begin ' "$stream" ||
		end "@say $(tail -n 1 "$log.log")" \
			"@fail $name: the guest came to no test"
	[ -n "$caught" ] || [ $status = 0 ] ||
		caught="$(running): the guest died"
}

# Whether what the header expects is what happened. Of a report the header can only
# tell in which program.
as_expected() {
	[ "${caught%%:*}" = "$program" ] || return
	case $caught in
	*': the kernel'*) ;;
	*) [ "$expected" = "$program" ] ||
		[ "${caught##*.}" = "${expected#*.}" ] ;;
	esac
}

control() {
	name="without a mutant${append:+, $append}"
	log=$logs/control-$SLOT
	restore
	run "/job/run-tests.sh $*"
	[ -z "$caught" ] || end "@fail $name: fails $caught"
	end "@pass $name: nothing fails"
}

mutant() {
	name=$(basename "$patch" .patch)
	log=$logs/$name
	expected=$(field Caught-by)
	program=${expected%%.*}
	grep -qx "$program" "$tree/build/vm/$kernel/stage$tests/list" ||
		end "@fail $name: Caught-by names no test: '$expected'"
	[ "$(grep -c '^@@ ' "$patch")" = 1 ] ||
		end "@fail $name: has not one hunk"
	restore
	patch -d "$broken" -p1 --force --fuzz=0 --no-backup-if-mismatch \
		<"$patch" >"$log.log" 2>&1 ||
		end "$(sed 's/^/@say /' "$log.log")" \
			"@fail $name: does not apply"
	run "cd $tests && /job/run-tests.sh $program \$(grep -vx $program list)"
	[ -n "$caught" ] || end "@fail $name: survives"
	# What ends a guest, such as its time limit, need not be the mutant, but where
	# nothing else is expected.
	case $caught in
	"$expected: "*) ;;
	*': the guest '*) end "@fail $name: $caught, and nothing else was seen" ;;
	esac
	as_expected || echo "@note $name: caught by $caught, not $expected"
	end "@pass $name: caught by $caught"
}

if [ $# = 1 ]; then
	patch=$1
	kernel=$(field Kernel)
	kernel=${kernel:-$KERNEL}
	append=$(field Append)
	mutant
else
	kernel=$1
	append=$2
	shift 2
	control "$@"
fi
