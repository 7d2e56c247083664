# SPDX-License-Identifier: GPL-2.0
#
# Holds the results of "kdmabuf bench --output", as many as there are, to the limits
# that $limits has for $kernel. Prints lines for tap.awk.

def bytes: {K: 1024, M: 1048576, G: 1073741824}[.[-1:]] * (.[:-1] | tonumber);

# "EXPORTER" or "EXPORTER@SIZE", of $of, an object of results by size
def value($of; $step; $column):
	split("@") as [$exporter, $size]
	| $of[($size // "32M") | bytes | tostring].exporters[$exporter]
		.steps[$step][$column]
	| if type == "object" then .median else . end;

def shown: if . == null then "not measured"
	elif . > 100 then round else . * 100 | round / 100 end;

(map({key: .size | tostring, value: .}) | from_entries) as $of
| $limits | split("\n")[] | select(test("^[^#]"))
| [splits(" +")] as [$kernels, $who, $step, $column, $relation, $limit]
| select($kernels | split(",") | index($kernel))
| [$who | split("/")[] | value($of; $step; $column)] as [$value, $other]
| (if $value == null or ($who | test("/")) and $other == null then null
	elif $who | test("/") then $value / $other
	else $value end) as $got
| (if $relation == "<=" then $got <= ($limit | tonumber)
	else $got >= ($limit | tonumber) end) as $holds
| (if $got != null and $holds then "@pass" else "@fail" end) +
	" \($who) \($step) \($column) \($relation) \($limit): \($got | shown)"
