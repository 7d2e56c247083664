# SPDX-License-Identifier: GPL-2.0
#
# What people run; "make help" tells. The work itself is in exporter/ and
# tools/, and in the scripts of tests/vm for everything that needs a guest.

KDIR   ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr/local
BUILD  := $(CURDIR)/build

modules := exporter importer-test

# The scripts read these from their environment, unexpanded: $ is the guest's.
guest_variables := KERNEL KERNELS CMD SHARE APPEND QEMU MEM MODULES TIMEOUT OUT TESTS MUTANTS \
	SOAK KDMABUF_SEED ICOUNT
$(foreach v,$(guest_variables),$(if $(filter command line,$(origin $(v))),\
	$(eval override $(v) := $$(value $(v)))$(eval export $(v))))

all: module tools

# In a copy, because Kbuild leaves what it makes next to the source.
module:
	@mkdir -p $(BUILD)/module
	@cp -ru $(modules) uapi $(BUILD)/module/
	$(foreach m,$(modules),$(MAKE) -C $(KDIR) M=$(BUILD)/module/$(m) modules &&) :

tools:
	$(MAKE) -C tools BUILD=$(BUILD)/tools PREFIX=$(PREFIX) all

install: all
	$(foreach m,$(modules),$(MAKE) -C $(KDIR) M=$(BUILD)/module/$(m) \
		INSTALL_MOD_PATH=$(DESTDIR) modules_install &&) :
	$(MAKE) -C tools BUILD=$(BUILD)/tools PREFIX=$(PREFIX) \
		DESTDIR=$(DESTDIR) install
	$(if $(DESTDIR),,depmod $(shell cat $(KDIR)/include/config/kernel.release))

vm:
	@tests/vm/run.sh

check:
	@tests/vm/check.sh

mutants:
	@tests/vm/mutants.sh

bench:
	@tests/vm/bench.sh

readme:
	@tests/vm/readme.sh

demo:
	@tests/vm/demo.sh

coverage:
	@tests/vm/coverage.sh

lint:
	@tests/vm/lint.sh

clean:
	rm -rf $(BUILD)

help:
	@sed -n 's/^#: \?//p' $(firstword $(MAKEFILE_LIST))

#: On this machine:
#:   make                 the modules for the running kernel, library and programs,
#:                        and where GStreamer's headers are a plugin for that
#:   make install         installs them, and the udev rule
#:       KDIR=directory   of the kernel's build files [/lib/modules/RELEASE/build]
#:       PREFIX=directory [/usr/local]   DESTDIR=directory []
#:
#: In a guest, without touching this machine's kernel:
#:   make demo            a camera's frames on a display, by way of OpenGL ES, in
#:                        three processes and our buffers: build/demo.png and
#:                        build/demo.webm; takes KERNEL and what is below
#:   make check           the tests; TAP, and the totals in the last line
#:       KERNELS='6.1 6.12 newest debug debug-newest'   each in guests of its own [6.12]
#:       GUESTS=number    that run at the same time [one for each processor];
#:                        for "make mutants", too
#:       TESTS='name name'           only these [all]
#:       SOAK=time        that the races (race_*) take at least, all together, in
#:                        each guest: 90, 90s, 10m, 1h [as their rounds take]
#:       KDMABUF_SEED=number         a race draws what it drew with that seed,
#:                        which is shown when it fails [another each time]
#:   make vm              one command, or a shell
#:       CMD='command'    run by sh as root; no standard input [a shell]
#:       KERNEL=6.1|6.12|newest      Debian 12's, 13's, 13-backports' [6.12]
#:       KERNEL=debug|debug-newest   6.12 or the newest, built to find mistakes: KASAN,
#:                        lockdep, kmemleak, ... (tests/vm/debug.config), once, in about
#:                        15 minutes
#:       MODULES='module module/parameter=value/parameter=value'
#:                        loaded before the command [vgem vivid and ours]
#:       SHARE=directory  of the host, read-only at /mnt/share [none]
#:       OUT=directory    of the host, at /mnt/out [build/vm/KERNEL/out]
#:       ICOUNT=yes       one processor, whose clock counts instructions [no]
#:                        In it /job/screendump.sh NAME.ppm writes a picture of the
#:                        screen to OUT, if there is one: QEMU='-device cirrus-vga'
#:   all of these take
#:       MEM=MiB          of memory [2048, debug kernels 3072]; one guest of check
#:                        has 6144, that of 6.12 12288, whatever this is
#:       TIMEOUT=seconds  until the guest is ended [600, demo and bench 1800, check
#:                        3600, of debug kernels 5400, shell 14400]; mutants always
#:                        have 1800, on debug kernels 7200
#:       APPEND='words'   on the kernel's command line []
#:       QEMU='options'   such as further devices []
#:   make exits with 2 when anything fails; tests/vm/run.sh, which takes the same
#:   variables from the environment, exits with the command's own status, or
#:   with 125 when the guest died or its kernel reported a bug.
#:   The guest's console is in build/vm/KERNEL/console.log, that of the guest
#:   before it in console.log.old.
#:
#:   make bench           what buffers cost, ours and others', in instructions; fails
#:                        where tests/bench/limits are not kept; takes the above and
#:       KERNELS='6.1 6.12 newest debug'   [6.1 6.12 newest]
#:                        Results are in build/bench-KERNEL.json and .svg; "make
#:                        readme" puts those of 6.12 into README.md
#:   make coverage        the tests on the debug kernel, and which lines of the
#:                        modules they ran: build/coverage/index.html; why not all:
#:                        tests/coverage.md
#:   make mutants         each promise of the modules broken on purpose, in a guest
#:                        of its own: the tests have to notice; TAP
#:       MUTANTS='name name'         of those in tests/mutants [all]
#:       KERNEL=6.1|6.12|newest|debug|debug-newest   for those that ask for none [6.12]
#:   make lint            checkpatch, sparse, formatting, shellcheck; TAP
#:   make clean           removes build/; guests' systems stay in ~/.cache/kdmabuf,
#:                        or in KDMABUF_CACHE=directory; their kernels are what
#:                        Debian had when they were made. To have the present
#:                        one: rm -r ~/.cache/kdmabuf/*-newest-*

.PHONY: all module tools install vm check bench readme mutants demo coverage lint clean help
