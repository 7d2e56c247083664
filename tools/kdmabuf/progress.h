/* SPDX-License-Identifier: MIT */
/*
 * A bar that tells people at a terminal how far long work is
 */
#ifndef PROGRESS_H
#define PROGRESS_H

/* Draws @done of @total and what is being done, if standard error is a terminal. */
void progress_show(unsigned int done, unsigned int total, const char *what);

/* Removes it. */
void progress_clear(void);

#endif /* PROGRESS_H */
