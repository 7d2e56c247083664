# SPDX-License-Identifier: MIT
#
# bash completion for kdmabuf(1)

_kdmabuf()
{
	local current=${COMP_WORDS[COMP_CWORD]}
	local previous=${COMP_WORDS[COMP_CWORD - 1]}
	local request='--align --address-bits --node --name --scattered --read-only'
	local endpoint='--listen --connect --timeout'
	local device='--device --dynamic --direction --address-bits
		--segment-boundary --max-segment-size --dma'
	local words i

	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		words='alloc run info list import send recv publish open capture show
			bench --help --version'
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
		return
	fi

	# What follows -- is another command and its arguments.
	for ((i = 2; i < COMP_CWORD; i++)); do
		if [[ ${COMP_WORDS[i]} == -- ]] &&
			declare -F _command_offset >/dev/null; then
			_command_offset $((i + 1))
			return
		fi
	done

	words=
	case $previous in
	--device)
		case ${COMP_WORDS[1]} in
		capture) words=$(compgen -G '/dev/video*') ;;
		show)	words=$(compgen -G '/dev/dri/card*') ;;
		*)	words='virtual edu' ;;
		esac
		;;
	--direction)	words='to-device from-device both' ;;
	--exporter)	words='kdmabuf system_heap cma_heap udmabuf udmabuf_hugetlb
		vgem memfd pipe memfd_copy' ;;
	--counter)	words='auto icount perf clock none' ;;
	--output | --plot)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
		;;
	--align | --address-bits | --node | --name | --count | --hold | \
		--timeout | --fd | --message | --mode | --segment-boundary | \
		--max-segment-size | --dma | --size | --runs | --format | \
		--stride | --skip)
		return
		;;
	esac
	if [[ $words ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
		return
	fi
	case ${COMP_WORDS[1]} in
	alloc)	words="$request --count --hold --json --help" ;;
	run)	words="$request --help" ;;
	info | list) words='--json --help' ;;
	publish) words='--mode --help' ;;
	open)	words='--read-only --json --help' ;;
	import)	words="$device --all-segments --json --help" ;;
	send)	words="$endpoint --fd --message --help" ;;
	recv)	words="$endpoint --json --help" ;;
	capture) words='--device --size --format --skip --output --help' ;;
	show)	words='--test-pattern --device --size --format --stride --hold
		--help' ;;
	bench)	words='--size --runs --exporter --counter --all-steps --json --output
		--plot --help' ;;
	*)	return ;;
	esac
	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
	elif [[ ${COMP_WORDS[1]} == @(info|import|send|recv|publish|show) ]]; then
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
	fi
}
complete -F _kdmabuf kdmabuf
