# SPDX-License-Identifier: GPL-2.0
#
# Turns what the guests' run-tests.sh printed, with check.sh's lines about the
# guests themselves, into one TAP stream, its totals at the end. Shows what a
# program says about a test only when that test failed, and the beginning of it again
# before the totals: among thousands of lines a failure is not seen.

function result(ok, name,  skip) {
	number++
	skip = ok && name ~ /# *SKIP/
	if (skip && never &&
	    substr(name, length(part) + 3) ~ "^(" never ")") {
		ok = skip = 0
		sub(/# *SKIP */, "skipped, though this guest is for it: ", name)
	}
	if (skip)
		skipped++
	else if (ok)
		passed++
	else
		failed++
	print (ok ? "ok " : "not ok ") number " " name
	if (!ok) {
		printf "%s", said
		failures = failures "# not ok " number " " name "\n" beginning
	}
	said = beginning = ""
	lines = 0
	fflush()
}

function say(line) {
	sub(/^#? ?/, "# ", line)
	said = said line "\n"
	if (lines++ < 12)
		beginning = beginning line "\n"
}

# A guest in which all tests were skipped has shown nothing.
function end_part() {
	if (is_guest && !tested)
		result(0, part ": a test ran and was not skipped")
	is_guest = tested = 0
}

BEGIN { print "TAP version 13" }

# What follows is of one guest, or of something else that has no tests.
/^@(guest|part) / {
	end_part()
	is_guest = $1 == "@guest"
	sub(/^@[a-z]* /, "")
	part = $0
	next
}

# In this guest these may not be skipped: a regular expression, from the name of the
# program on.
/^@never / { sub(/^@never /, ""); never = $0; next }

/^@note / { sub(/^@note /, ""); print "# " $0; fflush(); next }

/^@begin / {
	program = $2
	test = part ": " program
	running = 1
	planned = -1
	seen = bad = lines = 0
	said = beginning = ""
	next
}

/^@end / {
	running = 0
	if ($2 == 4 && planned <= 0 && !seen)
		result(1, test (reason ? " " reason : " # SKIP"))
	else if ($2 == 124)
		result(0, test ": ran out of time")
	else if (planned != seen)
		result(0, test ": ended with status " $2 " after " seen " of " \
			(planned < 0 ? "an unknown number of" : planned) " tests")
	else if ($2 && !bad)
		result(0, test ": ended with status " $2)
	reason = ""
	next
}

# What check.sh found, of a guest as a whole.
/^@(pass|fail) / {
	ok = $1 == "@pass"
	if (running)
		result(0, test ": the guest ended with it")
	running = 0
	sub(/^@[a-z]* /, "")
	result(ok, part ": " $0)
	next
}

/^@say / { sub(/^@say /, ""); say($0); next }

!running { next }

/^TAP version / { next }

/^1\.\.[0-9]+/ {
	planned = substr($1, 4) + 0
	if (match($0, /# *SKIP.*/))
		reason = substr($0, RSTART)
	next
}

/^(not )?ok( |$)/ {
	seen++
	if (program !~ /^(leftovers|unload)$/ && !/# *SKIP/)
		tested++
	ok = $1 == "ok"
	if (!ok)
		bad++
	sub(/^(not )?ok *[0-9]* *(- )?/, "")
	result(ok, test ": " $0)
	next
}

NF { say($0) }

END {
	end_part()
	print "1.." number + 0
	printf "%s", failures
	print passed + 0 " passed, " failed + 0 " failed" \
		(skipped ? ", " skipped " skipped" : "")
	exit failed || !passed
}
