// SPDX-License-Identifier: MIT
/*
 * Showing the description of a dma-buf, to people and as JSON
 */
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

#include "description.h"
#include "field.h"
#include "mode.h"
#include "text.h"

static const char *access_text(const struct description *description)
{
	if (description->query.view_flags & KDMABUF_VIEW_READ_ONLY ||
	    description->access == O_RDONLY)
		return "read-only";
	return description->access == O_WRONLY ? "write-only" : "read-write";
}

/* DMA_BUF_SET_NAME changes what /proc tells, and what the query tells not. */
static void print_names(const struct description *description)
{
	print_name("name", description->name);
	if (strcmp(description->name, description->query.name))
		print_name("first name", description->query.name);
}

static void print_query(const struct kdmabuf_query *query)
{
	const struct passwd *owner = getpwuid(query->uid);
	const struct group *group = getgrgid(query->gid);
	char mode[MODE_TEXT_LENGTH];

	printf("id                %ju\n", (uintmax_t)query->id);
	printf("owner             %s (%u)\n", owner ? owner->pw_name : "?",
	       query->uid);
	if (query->mode)
		printf("published         %s, group %s (%u)\n",
		       format_mode(query->mode, mode),
		       group ? group->gr_name : "?", query->gid);
	printf("kind              %s\n",
	       query->flags & KDMABUF_ALLOC_SCATTERED ? "scattered" :
							"contiguous");
	printf("segments          %u\n", query->segments);
	print_bytes("page size", query->page_size);
	print_bytes("offset", query->offset);
	print_bytes("buffer size", query->buffer_size);
	printf("devices may       %s\n",
	       query->view_flags & KDMABUF_VIEW_READ_ONLY ? "read" :
							    "read and write");
	printf("attached devices  %u\n", query->attachments);
	printf("node              %d\n", query->node);
	if (query->physical_address)
		printf("physical address  %#jx\n",
		       (uintmax_t)query->physical_address);
	else
		puts("physical address  only for CAP_SYS_ADMIN");
}

void print_description(const struct description *description)
{
	print_name("exporter", description->exporter);
	print_names(description);
	print_bytes("size", description->size);
	printf("access            %s\n", access_text(description));
	printf("references        %ju\n", description->references);
	if (description->query.id) {
		print_query(&description->query);
	} else {
		printf("more              only %s\n",
		       description->device_error ?
			       "with access to /dev/kdmabuf" :
			       "of kdmabuf's own buffers");
	}
}

void print_descriptions(const struct description *descriptions, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		printf("%sdescriptor        %d\n", i ? "\n" : "",
		       descriptions[i].fd);
		print_description(&descriptions[i]);
	}
}

static void put_query(json_t **json, const struct kdmabuf_query *query)
{
	uint64_t address = query->physical_address;

	json_put(json, "id", json_integer(query->id));
	json_put(json, "first_name", json_text(query->name));
	json_put(json, "uid", json_integer(query->uid));
	json_put(json, "mode", json_integer(query->mode));
	if (query->mode)
		json_put(json, "gid", json_integer(query->gid));
	json_put(json, "scattered",
		 json_boolean(query->flags & KDMABUF_ALLOC_SCATTERED));
	json_put(json, "segments", json_integer(query->segments));
	json_put(json, "page_size", json_integer(query->page_size));
	json_put(json, "offset", json_integer(query->offset));
	json_put(json, "buffer_size", json_integer(query->buffer_size));
	json_put(json, "read_only_view",
		 json_boolean(query->view_flags & KDMABUF_VIEW_READ_ONLY));
	json_put(json, "attachments", json_integer(query->attachments));
	json_put(json, "node", json_integer(query->node));
	json_put(json, "physical_address",
		 address ? json_integer(address) : json_null());
}

json_t *description_json(const struct description *description)
{
	json_t *json = json_object();

	json_put(&json, "exporter", json_text(description->exporter));
	json_put(&json, "size", json_integer(description->size));
	json_put(&json, "access", json_text(access_text(description)));
	json_put(&json, "references", json_integer(description->references));
	json_put(&json, "name", json_text(description->name));
	if (description->query.id)
		put_query(&json, &description->query);
	return json;
}

json_t *descriptions_json(const struct description *descriptions, size_t count)
{
	json_t *array = json_array();
	json_t *json;

	for (size_t i = 0; i < count; i++) {
		json = description_json(&descriptions[i]);
		json_put(&json, "fd", json_integer(descriptions[i].fd));
		json_append(&array, json);
	}
	return array;
}
