# SPDX-License-Identifier: GPL-2.0
#
# A result of "kdmabuf bench --output" in Markdown: a table with a column for each
# exporter, and sentences about what has no place in it

# Three digits, and a unit.
def digits: if . < 9.995 then . * 100 | round / 100
	elif . < 99.95 then . * 10 | round / 10
	else round end | tostring;
def amount: if . < 1000 then tostring
	elif . < 999500 then "\(. / 1000 | digits) k"
	else "\(. / 1000000 | digits) M" end;

def size: if . == null then ""
	elif . > 0 and . % 1048576 == 0 then "\(. / 1048576) MiB"
	elif . > 0 and . % 1024 == 0 then "\(. / 1024) KiB"
	else tostring end;

def cost($unit): if . == null then ""
	elif .ratio == null or .ratio == 1 then .[$unit].median | amount
	else "\(.[$unit].median | amount) (\(.ratio | digits)×)" end;

def row: "| " + join(" | ") + " |";

.unit as $unit | .kernel as $kernel | .size as $size
| [.exporters[] | select(.absent == null and .steps.allocate != null)] as $present
| ($present | map(.steps)) as $steps

| def costs($title; $step): [$title, ($steps[] | .[$step] | cost($unit))] | row;
def allocations($title; $step): [$title, ($present[]
	| if .allocates_later then "later" else .steps[$step] | cost($unit) end)] | row;
def counts($title; count): [$title, ($steps[] | count // "" | tostring)] | row;

(["\($size | size), Linux \($kernel)", $present[].title] | row),
(["---", ($present[] | "---:")] | row),
allocations("allocate, before the runs"; "first_allocation"),
allocations("allocate"; "allocate"),
costs("map, touch, unmap"; "map_touch_unmap"),
counts("page faults of that"; .map_touch_unmap.faults.median),
counts("page tables of that"; .map_touch_unmap.page_table_bytes | size),
costs("reread"; "reread"),
costs("map for a device"; "device_map"),
counts("segments of that"; .device_map.segments),
costs("import through vgem"; "vgem_import"),
costs("pass over a socket"; "pass"),
costs("free"; "free"),
costs("allocate to free"; "life"),
counts("bytes zeroed for that"; .life.bytes_zeroed.median | size),
costs("1080p frame to a process"; "frame"),
"",
(.exporters | "The frame takes \(.pipe.steps.frame | cost($unit)) through a pipe, " +
	"which copies \(.pipe.steps.frame.bytes_copied | size), and " +
	"\(.memfd_copy.steps.frame | cost($unit)) by a copy to a memfd."),
(.exporters.kdmabuf.background_bytes_zeroed // 0 | select(. > 0)
	| "Not counted: what kdmabuf zeroed in the background, \(size) in each run.")
