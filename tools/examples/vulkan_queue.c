// SPDX-License-Identifier: MIT
/*
 * Vulkan without a window: one device, and a queue for one list of commands
 */
#include <stdbool.h>
#include <string.h>

#include "check.h"
#include "vulkan_queue.h"

/* Devices, and families of queues of one, that are looked at. */
#define MAX 16

void vulkan_try(VkResult result, const char *what)
{
	if (result != VK_SUCCESS)
		errx(EXIT_FAILURE, "%s: VkResult %d", what, result);
}

static bool has_extension(VkPhysicalDevice device, const char *name)
{
	VkExtensionProperties *extensions;
	uint32_t count = 0;
	bool found = false;

	vulkan_try(vkEnumerateDeviceExtensionProperties(device, NULL, &count,
							NULL),
		   "count the extensions");
	extensions = calloc(count, sizeof(*extensions));
	if (!extensions)
		errx(EXIT_FAILURE, "a device has no extensions");
	vulkan_try(vkEnumerateDeviceExtensionProperties(device, NULL, &count,
							extensions),
		   "list the extensions");
	for (uint32_t i = 0; i < count && !found; i++)
		found = !strcmp(extensions[i].extensionName, name);
	free(extensions);
	return found;
}

/* Those that draw or compute copy as well. Returns MAX if there is none. */
static uint32_t find_family(VkPhysicalDevice device)
{
	const VkQueueFlags copies = VK_QUEUE_GRAPHICS_BIT |
				    VK_QUEUE_COMPUTE_BIT |
				    VK_QUEUE_TRANSFER_BIT;
	VkQueueFamilyProperties families[MAX];
	uint32_t count = MAX;

	vkGetPhysicalDeviceQueueFamilyProperties(device, &count, families);
	for (uint32_t i = 0; i < count; i++)
		if (families[i].queueFlags & copies)
			return i;
	return MAX;
}

static bool will_do(VkPhysicalDevice device, const char *const *extensions,
		    uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (!has_extension(device, extensions[i]))
			return false;
	return find_family(device) < MAX;
}

static VkPhysicalDevice find_device(const char *const *extensions,
				    uint32_t count)
{
	const VkApplicationInfo application = {
		.sType = VK_STRUCTURE_TYPE_APPLICATION_INFO,
		.apiVersion = VK_API_VERSION_1_1,
	};
	const VkInstanceCreateInfo info = {
		.sType = VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO,
		.pApplicationInfo = &application,
	};
	VkPhysicalDevice devices[MAX];
	uint32_t devices_count = MAX;
	VkInstance instance;
	VkResult result;

	vulkan_try(vkCreateInstance(&info, NULL, &instance), "Vulkan");
	result = vkEnumeratePhysicalDevices(instance, &devices_count, devices);
	/* There may be more. */
	if (result != VK_INCOMPLETE)
		vulkan_try(result, "list the devices");
	for (uint32_t i = 0; i < devices_count; i++)
		if (will_do(devices[i], extensions, count))
			return devices[i];
	errx(EXIT_FAILURE, "Vulkan has no device that imports dma-bufs");
}

static VkDevice open_device(VkPhysicalDevice physical, uint32_t family,
			    const char *const *extensions, uint32_t count)
{
	const VkDeviceQueueCreateInfo queue = {
		.sType = VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO,
		.queueFamilyIndex = family,
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

static VkCommandBuffer begin_commands(VkDevice device, uint32_t family)
{
	const VkCommandPoolCreateInfo pool = {
		.sType = VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO,
		.queueFamilyIndex = family,
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
	VkPhysicalDevice physical = find_device(extensions, count);
	VkPhysicalDeviceProperties properties;
	struct vulkan_queue queue;

	vkGetPhysicalDeviceProperties(physical, &properties);
	strcpy(queue.name, properties.deviceName);
	queue.family = find_family(physical);
	queue.device = open_device(physical, queue.family, extensions, count);
	queue.commands = begin_commands(queue.device, queue.family);
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
	vkGetDeviceQueue(queue->device, queue->family, 0, &first);
	vulkan_try(vkQueueSubmit(first, 1, &submission, VK_NULL_HANDLE),
		   "vkQueueSubmit");
	vulkan_try(vkQueueWaitIdle(first), "vkQueueWaitIdle");
}
