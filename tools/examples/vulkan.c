// SPDX-License-Identifier: MIT
/*
 * kdmabuf-example-vulkan FILE.png
 *
 * Has Vulkan copy a picture out of one buffer into memory of its own, and from
 * there into another buffer, upside down; writes what came of it to a file.
 */
#include <fcntl.h>
#include <kdmabuf.h>
#include <stdio.h>
#include <vulkan/vulkan.h>

#include "canvas.h"
#include "check.h"
#include "picture.h"
#include "vulkan_queue.h"

#define WIDTH 640
#define HEIGHT 360
#define DMA_BUF VK_EXTERNAL_MEMORY_HANDLE_TYPE_DMA_BUF_BIT_EXT

static const char *const extensions[] = {
	"VK_KHR_external_memory_fd",
	"VK_EXT_external_memory_dma_buf",
	"VK_EXT_queue_family_foreign",
};

/* Makes a buffer of Vulkan of the dma-buf @fd, or of memory of its own if that is -1. */
static VkBuffer make_buffer(VkDevice device, int fd, VkDeviceSize size)
{
	const VkExternalMemoryBufferCreateInfo external = {
		.sType = VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_BUFFER_CREATE_INFO,
		.handleTypes = DMA_BUF,
	};
	const VkBufferCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO,
		.pNext = fd < 0 ? NULL : &external,
		.size = size,
		.usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
			 VK_BUFFER_USAGE_TRANSFER_DST_BIT,
	};
	/* Vulkan closes the descriptor. */
	const VkImportMemoryFdInfoKHR import = {
		.sType = VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR,
		.handleType = DMA_BUF,
		.fd = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0),
	};
	VkMemoryFdPropertiesKHR of_fd = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_FD_PROPERTIES_KHR,
		.memoryTypeBits = UINT32_MAX,
	};
	VkMemoryAllocateInfo allocation = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO,
		.pNext = fd < 0 ? NULL : &import,
	};
	PFN_vkGetMemoryFdPropertiesKHR get_properties =
		(void *)vkGetDeviceProcAddr(device,
					    "vkGetMemoryFdPropertiesKHR");
	VkMemoryRequirements needs;
	VkDeviceMemory memory;
	VkBuffer buffer;

	vulkan_try(vkCreateBuffer(device, &info, NULL, &buffer),
		   "make a buffer");
	vkGetBufferMemoryRequirements(device, buffer, &needs);
	if (fd >= 0)
		vulkan_try(get_properties(device, DMA_BUF, fd, &of_fd),
			   "a dma-buf");
	allocation.allocationSize = needs.size;
	allocation.memoryTypeIndex =
		__builtin_ctz(needs.memoryTypeBits & of_fd.memoryTypeBits);
	vulkan_try(vkAllocateMemory(device, &allocation, NULL, &memory),
		   "import");
	vulkan_try(vkBindBufferMemory(device, buffer, memory, 0),
		   "bind a buffer");
	return buffer;
}

/* What comes after waits for what was copied before. */
static void wait_for_memory(VkCommandBuffer commands)
{
	const VkMemoryBarrier barrier = {
		.sType = VK_STRUCTURE_TYPE_MEMORY_BARRIER,
		.srcAccessMask = VK_ACCESS_MEMORY_WRITE_BIT,
		.dstAccessMask = VK_ACCESS_MEMORY_READ_BIT,
	};

	vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
			     VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0, 1, &barrier,
			     0, NULL, 0, NULL);
}

/*
 * Has a buffer, which others access too, change hands: it is theirs, of
 * VK_QUEUE_FAMILY_FOREIGN_EXT, except while the queue works on it.
 */
static void change_hands(VkCommandBuffer commands, VkBuffer buffer,
			 uint32_t from, uint32_t to)
{
	const VkBufferMemoryBarrier barrier = {
		.sType = VK_STRUCTURE_TYPE_BUFFER_MEMORY_BARRIER,
		.srcAccessMask = VK_ACCESS_MEMORY_WRITE_BIT,
		.dstAccessMask = VK_ACCESS_MEMORY_READ_BIT |
				 VK_ACCESS_MEMORY_WRITE_BIT,
		.srcQueueFamilyIndex = from,
		.dstQueueFamilyIndex = to,
		.buffer = buffer,
		.size = VK_WHOLE_SIZE,
	};

	vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
			     VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0, 0, NULL, 1,
			     &barrier, 0, NULL);
}

int main(int argc, char **argv)
{
	struct canvas source = canvas_make(WIDTH, HEIGHT, 0);
	struct canvas target = canvas_make(WIDTH, HEIGHT, 0);
	const VkDeviceSize row = source.stride, size = HEIGHT * row;
	const uint32_t others = VK_QUEUE_FAMILY_FOREIGN_EXT;
	VkBufferCopy whole = { .size = size }, rows[HEIGHT];
	struct vulkan_queue queue;
	VkBuffer from, to, own;

	if (argc != 2)
		errx(2, "usage: kdmabuf-example-vulkan FILE.png");
	queue = vulkan_queue_open(extensions,
				  sizeof(extensions) / sizeof(*extensions));
	from = make_buffer(queue.device, source.fd, size);
	own = make_buffer(queue.device, -1, size);
	to = make_buffer(queue.device, target.fd, size);
	canvas_draw(&source, 0);

	for (int y = 0; y < HEIGHT; y++)
		rows[y] = (VkBufferCopy){
			.srcOffset = y * row,
			.dstOffset = (HEIGHT - 1 - y) * row,
			.size = row,
		};
	change_hands(queue.commands, from, others, queue.family);
	change_hands(queue.commands, to, others, queue.family);
	vkCmdCopyBuffer(queue.commands, from, own, 1, &whole);
	wait_for_memory(queue.commands);
	vkCmdCopyBuffer(queue.commands, own, to, HEIGHT, rows);
	change_hands(queue.commands, from, queue.family, others);
	change_hands(queue.commands, to, queue.family, others);
	vulkan_queue_run(&queue);

	check(kdmabuf_begin_cpu_access(target.fd, DMA_BUF_SYNC_READ), "begin");
	check(picture_write(argv[1], target.pixels, WIDTH, HEIGHT,
			    target.stride),
	      argv[1]);
	check(kdmabuf_end_cpu_access(target.fd, DMA_BUF_SYNC_READ), "end");
	printf("%ux%u, by %s\n", WIDTH, HEIGHT, queue.name);
	return EXIT_SUCCESS;
}
