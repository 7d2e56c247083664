// SPDX-License-Identifier: MIT
/*
 * A benchmark's results as a picture, by gnuplot: bars from zero, a panel for each
 * step that matters most
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "amount.h"
#include "number.h"
#include "plot.h"
#include "report.h"

#define SCRIPT_SUFFIX ".gnuplot"

/* In a second, smaller line of the title. */
#define CLEARING                                                        \
	"\\n{/*0.85 what clears or copies counts once for each of its " \
	"steps, mostly a byte}"

#define COLOR_OURS 0x0072b2
#define COLOR_OTHERS 0xb0b0b0

/* The longest bar's share of a panel's width; labels have the rest. */
#define BAR_SHARE 0.66

struct panel {
	const char *title;
	enum step step;
	bool of_faults;
};

static const struct panel panels[] = {
	{ "allocate, before the runs", STEP_FIRST_ALLOCATION, false },
	{ "allocate", STEP_ALLOCATE, false },
	{ "map, touch each 4K, unmap", STEP_MAP_TOUCH_UNMAP, false },
	{ "page faults of that", STEP_MAP_TOUCH_UNMAP, true },
	{ "map for a device", STEP_DEVICE_MAP, false },
	{ "import through vgem", STEP_VGEM_IMPORT, false },
	{ "allocate, map, touch, unmap, free", STEP_LIFE, false },
	{ "one 1080p frame to another process", STEP_FRAME, false },
};

#define PANELS (sizeof(panels) / sizeof(*panels))

static void write_head(FILE *script, const struct benchmark *benchmark)
{
	char size[SIZE_TEXT_LENGTH];

	fprintf(script,
		"set terminal svg size 960,1080 font 'sans-serif,13' background rgb 'white'\n"
		"set multiplot layout 4,2 title \"kdmabuf bench: %s, buffers of %s, Linux %s, medians of %u runs%s\"\n"
		"set style fill solid\n"
		"set border 2 lc rgb '#808080'\n"
		"set ytics scale 0 nomirror textcolor rgb 'black'\n"
		"set lmargin 18\n"
		"set rmargin 1\n"
		"set tmargin 2.5\n"
		"set bmargin 0.5\n"
		"unset xtics\n"
		"unset key\n",
		counter_unit(&benchmark->counter),
		format_size(benchmark->size, size), benchmark->machine.release,
		benchmark->runs,
		benchmark->counter.kind == COUNTER_ICOUNT ? CLEARING : "");
}

static void write_bar(FILE *script, const struct benchmark *benchmark,
		      const struct entry *entry, const struct panel *panel,
		      int64_t value)
{
	char amount[AMOUNT_TEXT_LENGTH], text[AMOUNT_TEXT_LENGTH];
	bool ours = entry == benchmark->entries;
	double ratio;

	if (panel->of_faults)
		snprintf(amount, sizeof(amount), "%jd", (intmax_t)value);
	else
		format_amount(value, amount);
	fprintf(script, "%jd \"%s\" \"%s", (intmax_t)value, entry->title,
		amount);
	if (!ours && !panel->of_faults &&
	    cost_ratio(benchmark, entry, panel->step, &ratio))
		fprintf(script, "   %s", format_ratio(ratio, text));
	if ((panel->step == STEP_ALLOCATE ||
	     panel->step == STEP_FIRST_ALLOCATION) &&
	    entry->allocates_later)
		fputs("   no memory yet", script);
	fprintf(script, "\" %d\n", ours ? COLOR_OURS : COLOR_OTHERS);
}

static void write_panel(FILE *script, const struct benchmark *benchmark,
			const struct panel *panel)
{
	int64_t value, most = 1;
	unsigned int bars = 0;

	fputs("$data << END\n", script);
	for (unsigned int i = 0; i < benchmark->nr_entries; i++) {
		const struct entry *entry = &benchmark->entries[i];
		const struct step_result *result = &entry->steps[panel->step];

		if (!result->done)
			continue;
		value = panel->of_faults ? result->faults.median :
					   result->count.median;
		if (value > most)
			most = value;
		write_bar(script, benchmark, entry, panel, value);
		bars++;
	}
	fputs("END\n", script);
	if (!bars) {
		fputs("set multiplot next\n", script);
		return;
	}
	fprintf(script,
		"set title '%s'\n"
		"set xrange [0:%g]\n"
		"set yrange [%u - 0.5:-0.5]\n"
		"plot $data using (0):0:(0):1:($0 - 0.35):($0 + 0.35):4:ytic(2) with boxxyerror lc rgb variable, $data using 1:0:3 with labels left offset 0.6, 0\n",
		panel->title, most / BAR_SHARE, bars);
}

static void write_script(FILE *script, const struct benchmark *benchmark)
{
	write_head(script, benchmark);
	for (unsigned int i = 0; i < PANELS; i++)
		write_panel(script, benchmark, &panels[i]);
	fputs("unset multiplot\n", script);
}

/* Returns a wait status, or a negative errno. */
static int run_gnuplot(int input, int output)
{
	char name[] = "gnuplot";
	char *const arguments[] = { name, NULL };
	posix_spawn_file_actions_t actions;
	int error, status;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	error = posix_spawnp(&pid, name, &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (error)
		return -error;
	return waitpid(pid, &status, 0) < 0 ? -errno : status;
}

static int draw(FILE *script, FILE *picture)
{
	int status;

	if (fflush(script) || fseek(script, 0, SEEK_SET))
		return fail("script", "write", -errno, NULL);
	status = run_gnuplot(fileno(script), fileno(picture));
	if (status < 0)
		return fail(
			"gnuplot", "run", status,
			"install it, as by 'apt install gnuplot-nox'; --plot FILE" SCRIPT_SUFFIX
			" writes what it would read");
	if (status)
		return fail_because("gnuplot", "run", "it failed");
	return STATUS_OK;
}

static bool is_script(const char *path)
{
	size_t length = strlen(path);

	return length > strlen(SCRIPT_SUFFIX) &&
	       !strcmp(path + length - strlen(SCRIPT_SUFFIX), SCRIPT_SUFFIX);
}

int plot_benchmark(const struct benchmark *benchmark, const char *path)
{
	int status = STATUS_OK;
	FILE *file, *script;

	if (!counter_unit(&benchmark->counter))
		return fail_because(path, "plot",
				    counter_origin(&benchmark->counter));
	file = fopen(path, "we");
	if (!file)
		return fail(path, "open", -errno, NULL);
	script = is_script(path) ? file : tmpfile();
	if (script) {
		write_script(script, benchmark);
		if (script != file) {
			status = draw(script, file);
			fclose(script);
		}
	} else {
		status = fail("temporary file", "make", -errno, NULL);
	}
	if (fclose(file) && status == STATUS_OK)
		status = fail(path, "write", -errno, NULL);
	return status;
}
