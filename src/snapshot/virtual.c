// SPDX-License-Identifier: GPL-2.0-or-later
#include "snapshot/virtual.h"

#include <stdlib.h>
#include <string.h>

#include "util/alloc.h"
#include "util/jsonw.h"
#include "util/text.h"

#define TEXT(name)                                             \
	{                                                      \
#name, offsetof(struct virtual_function, name) \
	}

const struct virtual_text virtual_texts[] = {
	TEXT(address), TEXT(driver), TEXT(netdev), TEXT(mac), TEXT(link), TEXT(policy),
};
const size_t n_virtual_texts = COUNT(virtual_texts);

char **virtual_text_at(const struct virtual_function *vf, const struct virtual_text *t)
{
	return (char **)((char *)(uintptr_t)vf + t->offset);
}

void virtuals_add(struct virtual_functions *list, const struct virtual_function *vf)
{
	struct virtual_function *copy = VEC_PUSH(list->v, list->n, list->cap);

	*copy = (struct virtual_function){ .number = vf->number };
	for (size_t i = 0; i < n_virtual_texts; i++) {
		const char *text = *virtual_text_at(vf, &virtual_texts[i]);

		*virtual_text_at(copy, &virtual_texts[i]) = text && *text ? xstrdup(text) : NULL;
	}
}

void virtuals_free(struct virtual_functions *list)
{
	for (size_t i = 0; i < list->n; i++)
		for (size_t k = 0; k < n_virtual_texts; k++)
			free(*virtual_text_at(&list->v[i], &virtual_texts[k]));
	free(list->v);
	*list = (struct virtual_functions){ 0 };
}

void virtuals_copy(struct virtual_functions *to, const struct virtual_functions *from)
{
	virtuals_free(to);
	for (size_t i = 0; i < from->n; i++)
		virtuals_add(to, &from->v[i]);
}

bool virtuals_equal(const struct virtual_functions *a, const struct virtual_functions *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++) {
		if (a->v[i].number != b->v[i].number)
			return false;
		for (size_t k = 0; k < n_virtual_texts; k++)
			if (!text_equal(*virtual_text_at(&a->v[i], &virtual_texts[k]),
					*virtual_text_at(&b->v[i], &virtual_texts[k])))
				return false;
	}
	return true;
}

void virtuals_json(const struct virtual_functions *list, struct jsonw *w)
{
	if (!list->n)
		return;
	jsonw_array(w, "virtual_functions");
	for (size_t i = 0; i < list->n; i++) {
		jsonw_object_inline(w, NULL);
		jsonw_u64(w, "number", list->v[i].number);
		for (size_t k = 0; k < n_virtual_texts; k++)
			jsonw_str(w, virtual_texts[k].name, *virtual_text_at(&list->v[i], &virtual_texts[k]));
		jsonw_end_object(w);
	}
	jsonw_end_array(w);
}
