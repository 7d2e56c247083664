#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# screen.sh CHANNELS OUT: gives the guest pictures of its own screen. For each name
# of a file that the guest writes to its port "screen", the emulator writes one to
# OUT, as PPM, and the guest reads "ok", or what went wrong. CHANNELS is where run.sh
# has made the pipes. Ends with the emulator.
set -eu

exec 4>"$1/monitor.in" 5<"$1/monitor.out" 6>"$1/screen.in" 7<"$1/screen.out"
out=$(echo "$2" | sed 's/[\"]/\\&/g')

# qmp COMMAND: fails if the emulator does not do it. Its answer is in $answer.
qmp() {
	echo "$1" >&4
	while read -r answer <&5; do
		case $answer in
		*'"return"'*) return 0 ;;
		*'"error"'*) return 1 ;;
		esac
	done
	exit
}

qmp '{ "execute": "qmp_capabilities" }'
while read -r name <&7; do
	case $name in
	''|.*|*[!a-z0-9._-]*) answer="bad name" ;;
	*)
		if qmp "{ \"execute\": \"screendump\",
			\"arguments\": { \"filename\": \"$out/$name\" } }"
		then
			answer=ok
		fi
		;;
	esac
	echo "$answer" >&6
done
