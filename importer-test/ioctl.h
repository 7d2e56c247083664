/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the ioctls do, each where its concept is. Called with the session locked,
 * but for those marked as unlocked. @arguments is the ioctl's struct; what a call
 * makes goes to @made, with its handle in the struct.
 */
#ifndef IMPORTER_IOCTL_H
#define IMPORTER_IOCTL_H

struct file;
struct object;
struct session;

long importer_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

/* import.c */
int importer_get(struct session *session, void *arguments,
		 struct object **made);
int importer_put(struct session *session, void *arguments,
		 struct object **made);
int importer_vmap(struct session *session, void *arguments,
		  struct object **made);
int importer_vunmap(struct session *session, void *arguments,
		    struct object **made);
void importer_undo_vmap(struct session *session, const void *arguments);
/* cpu.c, unlocked */
int importer_cpu_access(struct session *session, void *arguments,
			struct object **made);
int importer_message(struct session *session, void *arguments,
		     struct object **made);
/* attachment.c */
int importer_attach(struct session *session, void *arguments,
		    struct object **made);
int importer_detach(struct session *session, void *arguments,
		    struct object **made);
/* mapping.c; segments unlocked */
int importer_map(struct session *session, void *arguments,
		 struct object **made);
int importer_unmap(struct session *session, void *arguments,
		   struct object **made);
int importer_segments(struct session *session, void *arguments,
		      struct object **made);
/* access.c */
int importer_access(struct session *session, void *arguments,
		    struct object **made);
/* copy.c */
int importer_copy(struct session *session, void *arguments,
		  struct object **made);
/* fence.c */
int importer_fence(struct session *session, void *arguments,
		   struct object **made);
int importer_signal(struct session *session, void *arguments,
		    struct object **made);

#endif /* IMPORTER_IOCTL_H */
