// SPDX-License-Identifier: MIT
/*
 * A benchmark's results as JSON. The names are for programs and do not change.
 */
#include "benchmark.h"

#include "text.h"

static json_t *statistics_json(const struct statistics *statistics)
{
	json_t *json = json_object();

	json_put(&json, "median", json_integer(statistics->median));
	json_put(&json, "least", json_integer(statistics->least));
	json_put(&json, "most", json_integer(statistics->most));
	return json;
}

static json_t *step_json(const struct benchmark *benchmark,
			 const struct entry *entry, enum step step)
{
	const struct step_result *result = &entry->steps[step];
	const char *unit = counter_unit(&benchmark->counter);
	json_t *json = json_object();
	double ratio;

	if (unit)
		json_put(&json, unit, statistics_json(&result->count));
	if (cost_ratio(benchmark, entry, step, &ratio))
		json_put(&json, "ratio", json_real(ratio));
	json_put(&json, "faults", statistics_json(&result->faults));
	json_put(&json, "page_table_bytes",
		 json_integer(result->page_table_bytes));
	if (result->segments)
		json_put(&json, "segments", json_integer(result->segments));
	json_put(&json, "bytes_zeroed", statistics_json(&result->bytes_zeroed));
	json_put(&json, "bytes_copied", json_integer(result->bytes_copied));
	return json;
}

static json_t *entry_json(const struct benchmark *benchmark,
			  const struct entry *entry)
{
	json_t *json = json_object(), *steps = json_object();
	json_t *failures = json_object();

	for (enum step step = 0; step < STEPS; step++) {
		const char *name = step_names[step].name;

		if (entry->steps[step].done)
			json_put(&steps, name,
				 step_json(benchmark, entry, step));
		else if (entry->steps[step].error)
			json_put(&failures, name,
				 json_integer(-entry->steps[step].error));
	}
	json_put(&json, "title", json_string(entry->title));
	json_put(&json, "absent",
		 *entry->absence ? json_string(entry->absence) : json_null());
	json_put(&json, "zeroing_is_counted",
		 json_boolean(entry->zeroing_is_counted));
	json_put(&json, "background_bytes_zeroed",
		 entry->zeroing_is_counted ?
			 json_integer(entry->background_bytes_zeroed) :
			 json_null());
	json_put(&json, "allocates_later",
		 json_boolean(entry->allocates_later));
	json_put(&json, "steps", steps);
	json_put(&json, "errnos", failures);
	return json;
}

json_t *benchmark_json(const struct benchmark *benchmark)
{
	const char *unit = counter_unit(&benchmark->counter);
	json_t *json = json_object(), *exporters = json_object();

	for (unsigned int i = 0; i < benchmark->nr_entries; i++) {
		const struct entry *entry = &benchmark->entries[i];

		if (entry->wanted)
			json_put(&exporters, entry->name,
				 entry_json(benchmark, entry));
	}
	json_put(&json, "version", json_string(KDMABUF_VERSION));
	json_put(&json, "kernel", json_text(benchmark->machine.release));
	json_put(&json, "machine", json_text(benchmark->machine.machine));
	json_put(&json, "size", json_integer(benchmark->size));
	json_put(&json, "runs", json_integer(benchmark->runs));
	json_put(&json, "unit", unit ? json_string(unit) : json_null());
	json_put(&json, "counter",
		 json_string(counter_names[benchmark->counter.kind]));
	json_put(&json, "counter_origin",
		 json_string(counter_origin(&benchmark->counter)));
	json_put(&json, "exporters", exporters);
	return json;
}
