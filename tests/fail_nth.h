/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Faults, systematically: a call is made again and again, and each time the kernel
 * fails at the next of the places in it where it asks for memory or touches the
 * caller's, until there is none left. That is /proc/self/fail-nth, of which the
 * kernel's Documentation/fault-injection tells; only kernels built for it have it.
 *
 * Not every fault makes a call fail: some memory the kernel can do without, and
 * some it asks for in a second way. But a call that fails has the errno that is
 * documented and has changed nothing, and any other has done all that it should.
 */
#ifndef TESTS_FAIL_NTH_H
#define TESTS_FAIL_NTH_H

#include <glob.h>

#include "counts.h"

#define FAIL_NTH "/proc/self/fail-nth"

/* Errnos that a call may have, together: ERRNO(ENOMEM) | ERRNO(EFAULT). */
#define ERRNO(error) (1ull << (error))
#define NO_ERRNO 0ull

/*
 * Which faults. Slabs and pages apart: as slabs are filled up now and then, with new
 * pages, the numbers of all that follows would change from one call to the next, and
 * some place would be left out. Touching the caller's memory is always among them.
 */
enum fault_kind {
	SLABS,
	PAGES,
};

#define WAITING_SLABS "/sys/kernel/debug/failslab/ignore-gfp-wait"
#define MIN_ORDER "/sys/kernel/debug/fail_page_alloc/min-order"
#define NO_ORDER "64"

/* What the faults are like; it holds for all processes, but only we ask for any. */
static const struct {
	const char *path;
	const char *value;
} fault_attributes[] = {
	/* Also allocations that may wait, which are nearly all. */
	{ WAITING_SLABS, "N" },
	{ "/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N" },
	{ MIN_ORDER, "0" },
	/* Only those slabs that are chosen. */
	{ "/sys/kernel/debug/failslab/cache-filter", "Y" },
	/* Without a trace of each on the console. */
	{ "/sys/kernel/debug/failslab/verbose", "0" },
	{ "/sys/kernel/debug/fail_page_alloc/verbose", "0" },
	{ "/sys/kernel/debug/fail_usercopy/verbose", "0" },
};

/**
 * struct injection - a test's means of having calls fail
 * @file: FAIL_NTH of the test's own thread
 * @saved: what the attributes were
 */
struct injection {
	int file;
	char saved[ARRAY_SIZE(fault_attributes)][32];
};

static inline bool read_text(const char *path, char *text, size_t size)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = read(file, text, size - 1);

	close(file);
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

static inline bool write_text(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = write(file, text, strlen(text));

	close(file);
	return n > 0;
}

/* Which slabs can fail: those whose names, as in /proc/slabinfo, match the pattern. */
static inline void choose_slabs(const char *pattern, bool chosen)
{
	char path[64];
	glob_t paths;
	size_t i;

	snprintf(path, sizeof(path), "/sys/kernel/slab/%s/failslab", pattern);
	if (glob(path, 0, NULL, &paths))
		return;
	for (i = 0; i < paths.gl_pathc; i++)
		write_text(paths.gl_pathv[i], chosen ? "1" : "0");
	globfree(&paths);
}

/* For FIXTURE_SETUP; false if the test is to skip. */
static inline bool begin_injection(struct __test_metadata *_metadata,
				   struct injection *injection)
{
	size_t i;

	injection->file = open(FAIL_NTH, O_RDWR | O_CLOEXEC);
	if (injection->file < 0)
		SKIP(return false, "no " FAIL_NTH
				   ", this kernel cannot fail on demand");
	for (i = 0; i < ARRAY_SIZE(fault_attributes); i++) {
		const char *path = fault_attributes[i].path;

		if (!read_text(path, injection->saved[i],
			       sizeof(injection->saved[i])))
			SKIP(return false, "cannot read %s", path);
		ASSERT_TRUE(write_text(path, fault_attributes[i].value));
	}
	/* kmemleak has one for each other, does without, and says so. */
	choose_slabs("*", true);
	choose_slabs("kmemleak_*", false);
	return true;
}

/* For FIXTURE_TEARDOWN_PARENT. */
static inline void end_injection(struct __test_metadata *_metadata,
				 const struct injection *injection)
{
	size_t i;

	choose_slabs("*", false);
	for (i = 0; i < ARRAY_SIZE(fault_attributes); i++)
		EXPECT_TRUE(write_text(fault_attributes[i].path,
				       injection->saved[i]));
}

/**
 * struct faults - all faults in one call
 * @file: FAIL_NTH
 * @node: NODE, to count by
 * @errnos: that the call may have, NO_ERRNO if no fault makes it fail
 * @untouched: what the call returns without faults; a test that expects an error
 *	says so
 * @kind: of the faults that are tried now
 * @last_kind: of those that are tried last
 * @nth: the place that is to fail; 0: none, in the first call of all
 * @left: how many more places the call would have had to have
 * @met: how many places there were, of the kinds that are done with
 * @failed: how many faults made the call fail
 * @before: the counts before the first call
 *
 * FAULTS() fills in what the test knows; the rest is for the functions below.
 */
struct faults {
	int file;
	int node;
	uint64_t errnos;
	int untouched;
	enum fault_kind kind;
	enum fault_kind last_kind;
	unsigned int nth;
	unsigned int left;
	unsigned int met;
	unsigned int failed;
	bool begun;
	struct counts before;
};

/* For tests whose fixture has the injection and the node. */
#define FAULTS(allowed)                       \
	{                                     \
		.file = self->injection.file, \
		.node = self->node,           \
		.errnos = (allowed),          \
		.kind = SLABS,                \
		.last_kind = PAGES,           \
	}
#define NEXT_FAULT(faults) next_fault(_metadata, &(faults))
#define END_FAULT(faults, ret) end_fault(_metadata, &(faults), ret)

static inline const char *kind_name(const struct faults *faults)
{
	return faults->kind == PAGES ? "pages" : "slabs";
}

static inline void log_counts(struct __test_metadata *_metadata,
			      const char *when, const struct counts *counts)
{
	TH_LOG("%s: fds %d, lowest %d, mappings %d", when, counts->fds,
	       counts->lowest_fd, counts->mappings);
	TH_LOG("buffers %d, views %d, attachments %d, devices %d",
	       counts->buffers, counts->views, counts->attachments,
	       counts->devices);
	TH_LOG("references %d and %d", counts->exporter_references,
	       counts->importer_references);
}

static inline bool next_kind(struct __test_metadata *_metadata,
			     struct faults *faults)
{
	TH_LOG("%u faults in %s", faults->nth - 1, kind_name(faults));
	faults->met += faults->nth - 1;
	faults->nth = 0;
	if (faults->kind++ != faults->last_kind)
		return true;
	TH_LOG("%u of %u made it fail", faults->failed, faults->met);
	/* Else this has shown nothing. */
	EXPECT_LT(0, faults->met);
	EXPECT_EQ(faults->errnos != NO_ERRNO, faults->failed > 0);
	return false;
}

/* Before the first call. */
static inline void begin_faults(struct faults *faults)
{
	/* The first counting may change what it counts. */
	take_counts(faults->node);
	faults->before = take_counts(faults->node);
	faults->begun = true;
}

static inline void set_kind(struct __test_metadata *_metadata,
			    enum fault_kind kind)
{
	ASSERT_TRUE(write_text(WAITING_SLABS, kind == SLABS ? "N" : "Y"));
	ASSERT_TRUE(write_text(MIN_ORDER, kind == PAGES ? "0" : NO_ORDER));
}

/* Have the place @faults->nth fail; between this and end_fault() is but the call. */
static inline void arm_fault(struct __test_metadata *_metadata,
			     const struct faults *faults)
{
	char nth[16];

	snprintf(nth, sizeof(nth), "%u", faults->nth);
	ASSERT_LT(0, pwrite(faults->file, nth, strlen(nth), 0));
}

static inline void expect_nothing_left(struct __test_metadata *_metadata,
				       const struct faults *faults)
{
	ASSERT_TRUE(counts_become(faults->node, &faults->before))
	{
		struct counts now = take_counts(faults->node);

		TH_LOG("fault %u in %s", faults->nth, kind_name(faults));
		log_counts(_metadata, "before", &faults->before);
		log_counts(_metadata, "after", &now);
	}
}

/*
 * Whether there is a further fault to try; a call comes next, then end_fault(). What
 * a call that succeeded has made has to be undone before this is called again.
 */
static inline bool next_fault(struct __test_metadata *_metadata,
			      struct faults *faults)
{
	if (!faults->begun) {
		begin_faults(faults);
		return true;
	}
	expect_nothing_left(_metadata, faults);
	if (faults->left && !next_kind(_metadata, faults))
		return false;
	if (!faults->nth)
		set_kind(_metadata, faults->kind);
	faults->nth++;
	arm_fault(_metadata, faults);
	return true;
}

/* Ends the faults and judges what the call returned, which it returns. */
static inline int end_fault(struct __test_metadata *_metadata,
			    struct faults *faults, int ret)
{
	char left[16] = "";

	/*
	 * Reading and writing this touch memory of ours, so the fault may be theirs
	 * if it is still to come; then they fail, and it has been the next.
	 */
	if (pread(faults->file, left, sizeof(left) - 1, 0) < 0) {
		ASSERT_EQ(EFAULT, errno);
		faults->left = 1;
	} else {
		faults->left = strtoul(left, NULL, 10);
	}
	if (pwrite(faults->file, "0", 1, 0) < 0)
		ASSERT_EQ(EFAULT, errno);

	if (!faults->nth && ret >= 0)
		faults->untouched = ret;
	if (ret != faults->untouched) {
		EXPECT_TRUE(faults->nth && !faults->left && ret < 0 &&
			    faults->errnos & ERRNO(-ret))
		{
			TH_LOG("fault %u in %s%s: returned %d, without it %d",
			       faults->nth, kind_name(faults),
			       faults->left ? ", not met" : "", ret,
			       faults->untouched);
		}
		faults->failed++;
	}
	return ret;
}

/* A mapping of the file, at an address that the kernel chooses. */
static inline int map_into(int fd, uint64_t size, uint64_t offset,
			   void **address)
{
	*address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			offset);
	return *address == MAP_FAILED ? -errno : 0;
}

#endif /* TESTS_FAIL_NTH_H */
