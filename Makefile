# SPDX-License-Identifier: GPL-2.0
#
# What people run; "make help" tells. The work itself is in exporter/ and
# tools/, and in the scripts of tests/vm for everything that needs a guest.

KDIR   ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr/local
BUILD  := $(CURDIR)/build

# The scripts read these from their environment, unexpanded: $ is the guest's.
guest_variables := KERNEL KERNELS CMD SHARE APPEND QEMU MEM MODULES TIMEOUT OUT TESTS
$(foreach v,$(guest_variables),$(if $(filter command line,$(origin $(v))),\
	$(eval override $(v) := $$(value $(v)))$(eval export $(v))))

vm:
	@tests/vm/run.sh

check:
	@tests/vm/check.sh

.PHONY: vm check
