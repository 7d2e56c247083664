// SPDX-License-Identifier: MIT
/*
 * Vulkan without a window: one device, and a queue for one list of commands
 */
#include <string.h>

#include "check.h"
#include "vulkan_queue.h"

void vulkan_try(VkResult result, const char *what)
{
	if (result != VK_SUCCESS)
		errx(EXIT_FAILURE, "%s: VkResult %d", what, result);
}

static VkPhysicalDevice find_device(void)
{
	const VkApplicationInfo application = {
		.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
		.apiVersion = VK_API_VERSION_1_1,
	};
	const VkInstanceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
		.pApplicationInfo = &application,
	};
	VkPhysicalDevice device;
	VkInstance instance;
	uint32_t count = 1;

	vulkan_try(vkCreateInstance(&info, NULL, &instance), "Vulkan");
	/* VK_INCOMPLETE says that there are more. */
	vkEnumeratePhysicalDevices(instance, &count, &device);
	if (!count)
		errx(EXIT_FAILURE, "Vulkan has no device");
	return device;
}

/* All devices have a first queue, and all queues copy. */
static VkDevice open_device(VkPhysicalDevice physical,
			    const char *const *extensions, uint32_t count)
{
	const VkDeviceQueueCreateInfo queue = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
		.queueCount = 1,
		.pQueuePriorities = (float[]){ 1 },
	};
	const VkDeviceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO,
		.queueCreateInfoCount = 1,
		.pQueueCreateInfos = &queue,
		.enabledExtensionCount = count,
		.ppEnabledExtensionNames = extensions,
	};
	VkDevice device;

	vulkan_try(vkCreateDevice(physical, &info, NULL, &device),
		   "a device with the extensions");
	return device;
}

static VkCommandBuffer begin_commands(VkDevice device)
{
	const VkCommandPoolCreateInfo pool = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
	};
	VkCommandBufferAllocateInfo info = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO,
		.level = VK_COMMAND_BUFFER_LEVEL_PRIMARY,
		.commandBufferCount = 1,
	};
	const VkCommandBufferBeginInfo begin = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO,
	};
	VkCommandBuffer commands;

	vulkan_try(vkCreateCommandPool(device, &pool, NULL, &info.commandPool),
		   "vkCreateCommandPool");
	vulkan_try(vkAllocateCommandBuffers(device, &info, &commands),
		   "vkAllocateCommandBuffers");
	vulkan_try(vkBeginCommandBuffer(commands, &begin),
		   "vkBeginCommandBuffer");
	return commands;
}

struct vulkan_queue vulkan_queue_open(const char *const *extensions,
				      uint32_t count)
{
	VkPhysicalDevice physical = find_device();
	VkPhysicalDeviceProperties properties;
	struct vulkan_queue queue;

	vkGetPhysicalDeviceProperties(physical, &properties);
	strcpy(queue.name, properties.deviceName);
	queue.device = open_device(physical, extensions, count);
	queue.commands = begin_commands(queue.device);
	return queue;
}

void vulkan_queue_run(const struct vulkan_queue *queue)
{
	const VkSubmitInfo submission = {
		.sType = VK_STRUCTURE_TYPE_SUBMIT_INFO,
		.commandBufferCount = 1,
		.pCommandBuffers = &queue->commands,
	};
	VkQueue first;

	vulkan_try(vkEndCommandBuffer(queue->commands), "vkEndCommandBuffer");
	vkGetDeviceQueue(queue->device, 0, 0, &first);
	vulkan_try(vkQueueSubmit(first, 1, &submission, VK_NULL_HANDLE),
		   "vkQueueSubmit");
	vulkan_try(vkQueueWaitIdle(first), "vkQueueWaitIdle");
}
