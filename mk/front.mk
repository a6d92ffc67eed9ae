# SPDX-License-Identifier: GPL-2.0-or-later
# The front pages: what stands in them of the program and its definitions is made from them; tests/cli/front.sh looks whether it was.

front: $(BUILD)/nicregs
	$(Q)scripts/front-pages $(abspath $(BUILD)/nicregs) .

.PHONY: front
