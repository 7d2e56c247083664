#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# scan.sh CONSOLE-LOG: prints every report of the kernel since the guest began
# to load modules, with what follows it, and the test that was running. Exits
# non-zero when there is one. One is left out: when a clock tick falls between a look
# of vivid's thread at the time and its wait, it waits for -1 ticks, up to 7.3 at
# least, and the scheduler shows where from.
set -eu
awk '
/kdmabuf-lab: loading modules/ { armed = 1 }
/kdmabuf-test: / { sub(/.*kdmabuf-test: /, ""); test = $0; next }
armed && /schedule_timeout: wrong timeout value/ { holding = 1 }
holding {
	held = held $0 "\n"
	if (!/<\/TASK>/)
		next
	if (held ~ /vivid_thread_vid_(cap|out)/)
		sub(/Call Trace/, "trace", held)
	$0 = held
	holding = 0
	held = ""
}
armed && /WARNING:|BUG:|Oops|Call Trace|UBSAN|KASAN|KCSAN|KFENCE|kmemleak:|DMA-API:|INFO: |Bad page|bad page|refcount_t|Unable to handle|general protection|Kernel panic|INFO: task|soft lockup|rcu: INFO|stack-protector|list_(add|del) corruption|divide error|invalid opcode|page allocation failure|invoked oom-killer|scheduling while atomic|sleeping function|unreferenced object|ODEBUG|held lock|circular locking|inconsistent lock/ {
	if (!left)
		print (test == "" ? "" : "during " test ":")
	left = 40
	found = 1
}
left > 0 { print; left-- }
END {
	if (holding)
		print held
	exit found || holding
}' "$1"
