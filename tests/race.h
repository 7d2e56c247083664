/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Races on purpose: threads that do things drawn by lot, all to the same objects,
 * while it is checked that each thing ends in one of the ways that are documented
 * for it. Two variables choose what is run:
 *
 *	KDMABUF_SOAK	seconds that the program shall take, if its rounds take less
 *	KDMABUF_SEED	draws what an earlier run drew; how the threads meet is
 *			up to the machine all the same
 *
 * A program defines RACES before it includes this: its tests, which share the time.
 */
#ifndef TESTS_RACE_H
#define TESTS_RACE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

#include "node.h"

#define RACE_THREADS 8

static inline unsigned int soak(void)
{
	const char *seconds = getenv("KDMABUF_SOAK");

	return seconds ? strtoul(seconds, NULL, 10) : 0;
}

#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT (300 + soak())

/* Seconds after which a race has no more rounds: a slow machine does fewer. */
#define LONGEST 30

/* Seconds more for what has been tried in vain till then: that has shown nothing yet. */
#define LONGEST_IN_VAIN 120

/**
 * struct rounds - how long a race still goes on
 * @left: rounds that are still to be done
 * @end: until then it goes on even when none is left
 * @latest: then it ends even if some are
 */
struct rounds {
	unsigned int left;
	time_t end;
	time_t latest;
};

static inline struct rounds rounds(unsigned int number)
{
	time_t now = time(NULL), longest = soak() / RACES;

	return (struct rounds){
		.left = number,
		.end = now + longest,
		.latest = now + (longest > LONGEST ? longest : LONGEST),
	};
}

static inline bool another(struct rounds *rounds)
{
	if (!rounds->left)
		return time(NULL) < rounds->end;
	rounds->left--;
	return time(NULL) < rounds->latest;
}

/* The seed of this run, which is shown with a test that fails. */
static inline uint64_t choose_seed(struct __test_metadata *_metadata)
{
	const char *wanted = getenv("KDMABUF_SEED");
	uint64_t seed;

	if (wanted)
		seed = strtoull(wanted, NULL, 0);
	else
		ASSERT_EQ(sizeof(seed), getrandom(&seed, sizeof(seed), 0));
	TH_LOG("KDMABUF_SEED=%#jx draws the same again", (uintmax_t)seed);
	return seed;
}

/* The next random number: SplitMix64. */
static inline uint64_t draw(uint64_t *state)
{
	uint64_t number = *state += 0x9e3779b97f4a7c15;

	number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9;
	number = (number ^ number >> 27) * 0x94d049bb133111eb;
	return number ^ number >> 31;
}

/* From 0 to @limit - 1. */
static inline uint64_t draw_below(uint64_t *state, uint64_t limit)
{
	return draw(state) % limit;
}

/**
 * struct racer - a thread
 * @race: what it takes part in
 * @number: which one it is, from 0
 * @random: its own random numbers
 */
struct racer {
	struct race *race;
	unsigned int number;
	uint64_t random;
	pthread_t thread;
};

/* An element of an array. */
#define DRAW(racer, array) \
	((array)[draw_below(&(racer)->random, ARRAY_SIZE(array))])

/**
 * struct operation - a thing that a thread may do
 * @name: for people
 * @run: does it; returns a negative errno, or what is not negative when it succeeded
 * @errors: the errnos that are documented for it, negative, up to a 0
 * @rare: done in one of so many cases in which it is drawn
 * @tries: how often it was done
 * @successes: how often it succeeded
 * @wrong: an errno that it ended with and that is not among @errors, or 0
 */
struct operation {
	const char *name;
	int (*run)(struct racer *racer);
	int errors[5];
	unsigned int rare;
	atomic_uint tries;
	atomic_uint successes;
	atomic_int wrong;
};

#define OPERATION(name_, run_, rare_, ...) \
	{                                  \
		.name = name_,             \
		.run = run_,               \
		.errors = { __VA_ARGS__ }, \
		.rare = rare_,             \
	}

/**
 * struct race - who does what to what
 * @operations: all that there are, @nr_operations of them
 * @rounds: of each thread
 * @over: something went wrong
 */
struct race {
	struct operation *operations;
	size_t nr_operations;
	unsigned int rounds;
	atomic_bool over;
};

#define RACE(operations_, rounds_)                        \
	{                                                 \
		.operations = operations_,                \
		.nr_operations = ARRAY_SIZE(operations_), \
		.rounds = rounds_,                        \
	}

static inline bool is_documented(const struct operation *operation, int error)
{
	size_t i;

	for (i = 0; operation->errors[i]; i++)
		if (operation->errors[i] == error)
			return true;
	return false;
}

static inline void run_operation(struct racer *racer,
				 struct operation *operation)
{
	int ret;

	if (draw_below(&racer->random, operation->rare))
		return;
	operation->tries++;
	ret = operation->run(racer);
	if (ret >= 0) {
		operation->successes++;
	} else if (!is_documented(operation, ret)) {
		operation->wrong = ret;
		racer->race->over = true;
	}
}

static inline bool is_in_vain(const struct operation *operation)
{
	return operation->tries && !operation->successes;
}

static inline bool any_is_in_vain(const struct race *race)
{
	size_t i;

	for (i = 0; i < race->nr_operations; i++)
		if (is_in_vain(&race->operations[i]))
			return true;
	return false;
}

static inline bool goes_on(const struct race *race, struct rounds *left)
{
	if (race->over)
		return false;
	return another(left) || (any_is_in_vain(race) &&
				 time(NULL) < left->latest + LONGEST_IN_VAIN);
}

static inline void *run_racer(void *argument)
{
	struct racer *racer = argument;
	struct race *race = racer->race;
	struct rounds left = rounds(race->rounds);

	while (goes_on(race, &left)) {
		size_t i = draw_below(&racer->random, race->nr_operations);

		run_operation(racer, &race->operations[i]);
	}
	return NULL;
}

/* Runs it to its end. What was tried in vain all the time fails, too. */
static inline void run_race(struct __test_metadata *_metadata,
			    struct race *race)
{
	uint64_t seed = choose_seed(_metadata);
	struct racer racers[RACE_THREADS];
	size_t i;

	for (i = 0; i < RACE_THREADS; i++) {
		racers[i] = (struct racer){
			.race = race,
			.number = i,
			.random = draw(&seed),
		};
		ASSERT_EQ(0, pthread_create(&racers[i].thread, NULL, run_racer,
					    &racers[i]));
	}
	for (i = 0; i < RACE_THREADS; i++)
		ASSERT_EQ(0, pthread_join(racers[i].thread, NULL));

	for (i = 0; i < race->nr_operations; i++) {
		const struct operation *operation = &race->operations[i];

		EXPECT_EQ(0, operation->wrong)
		{
			TH_LOG("%s", operation->name);
		}
		EXPECT_TRUE(race->over || !is_in_vain(operation))
		{
			TH_LOG("%s never succeeded", operation->name);
		}
	}
}

#endif /* TESTS_RACE_H */
