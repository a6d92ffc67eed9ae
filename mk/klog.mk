# SPDX-License-Identifier: GPL-2.0-or-later
# Compressed kernel logs: with the libraries that are there.
ifeq ($(shell $(PKG_CONFIG) --exists zlib && echo yes),yes)
PACKAGES += zlib
CPPFLAGS += -DHAVE_ZLIB
endif
ifeq ($(shell $(PKG_CONFIG) --exists liblzma && echo yes),yes)
PACKAGES += liblzma
CPPFLAGS += -DHAVE_LZMA
endif
