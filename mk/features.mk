# SPDX-License-Identifier: GPL-2.0-or-later
# What the build can do without: the BPF rung (BPF=0 leaves it out though libbpf is there), compressed kernel logs.

has = $(shell $(PKG_CONFIG) --exists '$(1)' && echo yes)

ifneq ($(BPF),0)
ifeq ($(call has,libbpf >= 0.8),yes)
PACKAGES += libbpf
CPPFLAGS += -DHAVE_BPF
endif
endif
ifeq ($(call has,zlib),yes)
PACKAGES += zlib
CPPFLAGS += -DHAVE_ZLIB
endif
ifeq ($(call has,liblzma),yes)
PACKAGES += liblzma
CPPFLAGS += -DHAVE_LZMA
endif
