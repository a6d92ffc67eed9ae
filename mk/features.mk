# SPDX-License-Identifier: GPL-2.0-or-later
# What the build can do without: the BPF rung (BPF=0 leaves it out though libbpf is there), the
# systemd journal (SYSTEMD=0), checksums of gzip data (ZLIB=0),
# what is left of xz data that is cut (LZMA=0).

has = $(shell $(PKG_CONFIG) --exists '$(1)' && echo yes)

ifneq ($(filter-out clean help uninstall,$(or $(MAKECMDGOALS),all)),)
MISSING := $(strip $(foreach package,$(PACKAGES),$(if $(call has,$(package)),,$(package))))
ifneq ($(MISSING),)
$(error nicregs: $(PKG_CONFIG) does not find $(MISSING): scripts/quickstart installs what the build needs)
endif
endif

# musl has no fts(3); distributions that use it have it so.
ifeq ($(call has,musl-fts),yes)
PACKAGES += musl-fts
endif
# NAME=0 leaves a library out though it is there; without it, or in a version that is too old, HAVE_NAME is not defined.
define optional # NAME LIBRARY VERSION
ifneq ($($1),0)
ifeq ($(call has,$2 $3),yes)
PACKAGES += $2
DEFINES += -DHAVE_$1
endif
endif
endef
$(eval $(call optional,SYSTEMD,libsystemd))
$(eval $(call optional,ZLIB,zlib))
$(eval $(call optional,LZMA,liblzma))
$(eval $(call optional,BPF,libbpf,>= 0.8))

# Tables of pointers take a tenth of the file and of what each run reads of it, where linker and C library know how (glibc from 2.36 on,
# which the program then needs). Asked once, when something is linked.
PACK_TEST := "\#include <features.h>\n\#if !__GLIBC_PREREQ(2, 36)\n\#error\n\#endif\nint main(void) { return 0; }\n"
pack_flag := -Wl,-z,pack-relative-relocs
PACKED = $(eval PACKED := $(shell printf $(PACK_TEST) | $(CC) -x c -fPIE -pie -Wl,--fatal-warnings $(pack_flag) -o /dev/null - \
	2> /dev/null && echo $(pack_flag)))$(PACKED)
