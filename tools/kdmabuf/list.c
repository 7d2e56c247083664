// SPDX-License-Identifier: MIT
/*
 * kdmabuf list: the buffers that are live
 */
#include <errno.h>
#include <kdmabuf.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "device.h"
#include "mode.h"
#include "number.h"
#include "options.h"
#include "report.h"
#include "text.h"

struct list {
	struct kdmabuf_next *buffers;
	size_t count;
};

/* Returns 0, or a negative errno; @list is to be freed in both cases. */
static int gather(int device, struct list *list)
{
	struct kdmabuf_next buffer = { 0 };
	struct kdmabuf_next *buffers;
	int error;

	while (!(error = kdmabuf_next(device, &buffer, sizeof(buffer)))) {
		buffers = reallocarray(list->buffers, list->count + 1,
				       sizeof(buffer));
		if (!buffers)
			return -ENOMEM;
		list->buffers = buffers;
		list->buffers[list->count++] = buffer;
	}
	return error == -ENOENT ? 0 : error;
}

static void print_buffer(const struct kdmabuf_next *buffer)
{
	const struct passwd *owner = getpwuid(buffer->uid);
	char size[SIZE_TEXT_LENGTH], mode[MODE_TEXT_LENGTH];

	printf("%16ju %8s %8u %5u %7u %4d ", (uintmax_t)buffer->id,
	       format_size(buffer->size, size), buffer->segments, buffer->views,
	       buffer->attachments, buffer->node);
	if (owner)
		printf("%-10s", owner->pw_name);
	else
		printf("%-10u", buffer->uid);
	printf(" %-9s", format_mode(buffer->mode, mode));
	printf(" %7d ", buffer->pid);
	print_text(buffer->comm);
	if (*buffer->name)
		printf("  ");
	print_text(buffer->name);
	putchar('\n');
}

static void print_list(const struct list *list)
{
	printf("%16s %8s %8s %5s %7s %4s %-10s %-9s %7s %s\n", "ID", "SIZE",
	       "SEGMENTS", "VIEWS", "DEVICES", "NODE", "OWNER", "PUBLISHED",
	       "PID", "COMMAND  NAME");
	for (size_t i = 0; i < list->count; i++)
		print_buffer(&list->buffers[i]);
}

static json_t *buffer_json(const struct kdmabuf_next *buffer)
{
	json_t *json = json_object();
	uint64_t address = buffer->physical_address;

	json_put(&json, "id", json_integer(buffer->id));
	json_put(&json, "size", json_integer(buffer->size));
	json_put(&json, "name", json_text(buffer->name));
	json_put(&json, "scattered",
		 json_boolean(buffer->flags & KDMABUF_ALLOC_SCATTERED));
	json_put(&json, "segments", json_integer(buffer->segments));
	json_put(&json, "views", json_integer(buffer->views));
	json_put(&json, "attachments", json_integer(buffer->attachments));
	json_put(&json, "node", json_integer(buffer->node));
	json_put(&json, "uid", json_integer(buffer->uid));
	json_put(&json, "mode", json_integer(buffer->mode));
	json_put(&json, "pid", json_integer(buffer->pid));
	json_put(&json, "command", json_text(buffer->comm));
	json_put(&json, "physical_address",
		 address ? json_integer(address) : json_null());
	return json;
}

static json_t *list_json(const struct list *list)
{
	json_t *array = json_array();

	for (size_t i = 0; i < list->count; i++)
		json_append(&array, buffer_json(&list->buffers[i]));
	return array;
}

static int list_main(int argc, char **argv)
{
	struct list list = { 0 };
	bool json;
	int status;
	int device, error;

	if (parse_json_option(&list_subcommand, argc, argv, &json, &status))
		return status;
	if (optind < argc)
		return usage_error(&list_subcommand,
				   "list takes no argument '%s'", argv[optind]);

	device = open_device();
	if (device < 0)
		return STATUS_FAILED;
	error = gather(device, &list);
	close(device);
	status = STATUS_OK;
	if (error)
		status = fail("/dev/kdmabuf", "list", error, NULL);
	else if (json)
		status = print_json(list_json(&list));
	else
		print_list(&list);
	free(list.buffers);
	return status;
}

const struct subcommand list_subcommand = {
	.name = "list",
	.synopsis = "[--json]",
	.summary =
		"List the live buffers: one's own and published ones, or all for root",
	.remarks =
		"PUBLISHED is who may open the buffer by its ID: the owner, a group, others. PID is\n"
		"0 if the process that allocated the buffer has gone.\n",
	.options = "  -j, --json         as a JSON array; sizes in bytes\n",
	.main = list_main,
};
