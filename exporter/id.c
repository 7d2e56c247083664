// SPDX-License-Identifier: GPL-2.0
/*
 * Ids: no two alike, and who knows some of them cannot tell another, nor how many
 * there were. They are the numbers from 0 on, encrypted with a key that is drawn
 * when the first one is needed; a cipher never gives the same twice.
 */
#include <linux/bits.h>
#include <linux/random.h>
#include <linux/siphash.h>

#include "id.h"

/* Ids have twice as many bits: JSON's numbers are exact up to 53. */
#define HALF_BITS 26
#define HALF GENMASK_ULL(HALF_BITS - 1, 0)

/* A Feistel network: as many rounds as it takes to look random (Luby and Rackoff). */
#define ROUNDS 4

static u64 encrypt(u64 number, const siphash_key_t *key)
{
	u64 left = number >> HALF_BITS & HALF;
	u64 right = number & HALF;
	unsigned int round;

	for (round = 0; round < ROUNDS; round++) {
		u64 mixed = left ^ (siphash_2u64(right, round, key) & HALF);

		left = right;
		right = mixed;
	}
	return left << HALF_BITS | right;
}

/* An id, not 0. Calls must not overlap. */
u64 kdmabuf_id_new(void)
{
	static siphash_key_t key;
	static u64 numbers;
	u64 id;

	if (!numbers)
		get_random_bytes(&key, sizeof(key));
	do
		id = encrypt(numbers++, &key);
	while (!id);
	return id;
}
