// SPDX-License-Identifier: MIT
/*
 * Whether this machine is one that QEMU emulates, and whether its clock counts. Only
 * x86 tells either.
 */
#include "emulator.h"

/* A compiler for x86 has it. */
#if __has_include(<cpuid.h>)

#include <cpuid.h>
#include <string.h>

/* Of leaf 1, in ecx. */
#define HYPERVISOR (1U << 31)
#define HYPERVISOR_LEAF 0x40000000
#define TCG_SIGNATURE "TCGTCGTCGTCG"

/* Tries, of which the quickest was not interrupted, and what reading may cost. */
#define TRIES 8
#define SLACK 64

bool is_emulated(void)
{
	unsigned int eax, features, signature[3];

	if (!__get_cpuid(1, &eax, &signature[0], &features, &signature[1]))
		return false;
	if (!(features & HYPERVISOR))
		return false;
	__cpuid(HYPERVISOR_LEAF, eax, signature[0], signature[1], signature[2]);
	return !memcmp(signature, TCG_SIGNATURE, sizeof(signature));
}

uint64_t emulator_clock(void)
{
	return __builtin_ia32_rdtsc();
}

/* How far the clock gets at least while two instructions run @n times. */
static uint64_t clock_of_loop(unsigned int n)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < TRIES; i++) {
		unsigned int left = n;
		uint64_t begin = emulator_clock(), time;

		__asm__ volatile("1: dec %0\n\tjnz 1b" : "+r"(left) : : "cc");
		time = emulator_clock() - begin;
		if (time < least)
			least = time;
	}
	return least;
}

bool clock_counts_instructions(void)
{
	static const unsigned int loops[] = { 1000, 100000, 300000 };

	for (unsigned int i = 0; i < sizeof(loops) / sizeof(*loops); i++)
		if (clock_of_loop(loops[i]) - 2 * loops[i] > SLACK)
			return false;
	return true;
}

#else

bool is_emulated(void)
{
	return false;
}

uint64_t emulator_clock(void)
{
	return 0;
}

bool clock_counts_instructions(void)
{
	return false;
}

#endif
