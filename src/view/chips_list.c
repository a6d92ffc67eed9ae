// SPDX-License-Identifier: GPL-2.0-or-later
#include "view/chips.h"
#include "view/table.h"

enum { CHIP, ID, DRIVER, QUEUES, NAME };

static void row(struct table *t, const struct chip *chip, const struct chip_id *id)
{
	struct libscols_line *line = table_row(t);
	AUTO_BUF struct buf text = { 0 };

	table_cell(line, CHIP, chip->name);
	if (id) {
		buf_printf(&text, "%04x:%04x", id->vendor, id->device);
		table_cell(line, ID, buf_str(&text));
	}
	table_cell(line, DRIVER, chip->driver ? chip->driver : "");
	buf_clear(&text);
	if (chip->queues_tx || chip->queues_rx)
		buf_printf(&text, "%u/%u", chip->queues_tx, chip->queues_rx);
	table_cell(line, QUEUES, buf_str(&text));
	table_cell(line, NAME, id && id->name ? id->name : chip->title);
}

void chips_list_text(const struct view *v, const struct chips_view *what, struct buf *out)
{
	static const char *const headings[] = {
		[CHIP] = "CHIP", [ID] = "PCI ID", [DRIVER] = "DRIVER", [QUEUES] = "TX/RX", [NAME] = "~NAME",
	};
	struct table t;

	table_begin(&t, v, headings, sizeof(headings) / sizeof(headings[0]));
	for (size_t c = 0; c < what->n; c++) {
		const struct chip *chip = what->chips[c];

		for (size_t i = 0; i < chip->n_ids; i++)
			row(&t, chip, &chip->ids[i]);
		if (!chip->n_ids)
			row(&t, chip, NULL);
	}
	table_end(&t, 0, out);
}
