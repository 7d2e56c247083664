# SPDX-License-Identifier: MIT
#
# bash completion for kdmabuf-demo(1)

_kdmabuf_demo()
{
	local current=${COMP_WORDS[COMP_CWORD]}
	local words

	COMPREPLY=()
	case ${COMP_WORDS[COMP_CWORD - 1]} in
	-c | --camera) words=$(compgen -G '/dev/video*') ;;
	-d | --display) words=$(compgen -G '/dev/dri/card*') ;;
	-e | --each) words=$(compgen -c -- "$current") ;;
	-n | --frames) return ;;
	-o | --output)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return
		;;
	*)	words='--frames --camera --display --software --output --each --help' ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}

complete -F _kdmabuf_demo kdmabuf-demo
