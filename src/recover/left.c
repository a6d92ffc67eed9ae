// SPDX-License-Identifier: GPL-2.0-or-later
/* Between the lines of any record (change/record.h) this one has
 *     port ID INDEX NETDEV DRIVER UP CARRIER AUTONEG      "-" for a name that there is not
 * The network is a file of the kernel's messages beside it.
 */
#include "recover/left.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "change/lock.h"
#include "host/network.h"
#include "util/alloc.h"
#include "util/file.h"
#include "util/text.h"

#define KIND "recover"
#define NETWORK_MOST ((size_t)8 << 20)

static char *network_file(const char *dir, const struct pci_addr *addr)
{
	char name[PCI_ADDR_MAX];

	return xasprintf("%s/" KIND "-%s.network", dir, pci_addr_str(addr, name));
}

static int save_network(const char *dir, const struct pci_addr *addr, const struct network *network, struct err *e)
{
	AUTO_FREE char *path = network_file(dir, addr);
	AUTO_BUF struct buf bytes = { 0 };
	AUTO_CLOSE int folder = -1;
	int r = change_folder(dir, &folder, e);

	if (r)
		return r;
	if (network)
		network_save(network, &bytes);
	if (bytes.len > NETWORK_MOST)
		return err_set(e, EFBIG, path, "there are too many interfaces to keep a record of them");
	return file_write_atomic(path, buf_str(&bytes), bytes.len, 0600, e);
}

static const char *word(const char *name)
{
	return *name ? name : "-";
}

int recover_left_save(const char *dir, const struct pci_addr *addr, const struct recover_left *left,
		      const struct network *network, struct err *e)
{
	AUTO_BUF struct buf body = { 0 };
	char name[PCI_ADDR_MAX];
	int r = save_network(dir, addr, network, e);

	buf_printf(&body, "port 0x%08" PRIx32 " %u %s %s %d %d %d\n", left->id, left->index, word(left->netdev),
		   word(left->driver), left->up, left->carrier, left->autoneg + 1);
	return r ? r : change_record_save(dir, KIND, pci_addr_str(addr, name), &left->record, buf_str(&body), e);
}

static bool take_name(const char *text, char *out, size_t size)
{
	if (strlen(text) >= size)
		return false;
	strcpy(out, strcmp(text, "-") != 0 ? text : "");
	return true;
}

static bool take_port(void *arg, char **words, size_t n)
{
	struct recover_left *left = arg;
	uint64_t v[5];

	if (n != 8 || strcmp(words[0], "port") != 0 || !text_u64(words[1], &v[0]) || !text_u64(words[2], &v[1]) ||
	    !text_u64(words[5], &v[2]) || !text_u64(words[6], &v[3]) || !text_u64(words[7], &v[4]) ||
	    v[0] > UINT32_MAX || v[1] > INT32_MAX || v[2] > 1 || v[3] > 1 || v[4] > 2)
		return false;
	left->id = (uint32_t)v[0];
	left->index = (unsigned)v[1];
	left->up = v[2];
	left->carrier = v[3];
	left->autoneg = (int)v[4] - 1;
	return take_name(words[3], left->netdev, sizeof(left->netdev)) &&
	       take_name(words[4], left->driver, sizeof(left->driver));
}

static int load_network(const char *dir, const struct pci_addr *addr, const char *netdev, struct network **network,
			struct err *e)
{
	AUTO_FREE char *path = network_file(dir, addr);
	AUTO_BUF struct buf bytes = { 0 };
	int r = file_read_own(path, NETWORK_MOST, &bytes, e);

	if (r || !bytes.len)
		return r == -ENOENT ? 0 : r;
	r = network_load(buf_str(&bytes), bytes.len, netdev, network);
	return r ? err_set(e, EINVAL, path, "this record of an interface's place in the network is damaged") : 0;
}

int recover_left_load(const char *dir, const struct pci_addr *addr, struct recover_left *left, struct network **network,
		      struct err *e)
{
	char name[PCI_ADDR_MAX];
	int r;

	*left = (struct recover_left){ 0 };
	*network = NULL;
	r = change_record_load(dir, KIND, pci_addr_str(addr, name), &left->record, take_port, left, e);
	if (!r && !left->id)
		r = change_record_damaged(dir, KIND, name, e);
	return r ? r : load_network(dir, addr, left->netdev, network, e);
}

int recover_left_remove(const char *dir, const struct pci_addr *addr, struct err *e)
{
	AUTO_FREE char *path = network_file(dir, addr);
	char name[PCI_ADDR_MAX];
	int r = change_record_remove(dir, KIND, pci_addr_str(addr, name), e);

	if (!r)
		unlink(path);
	return r;
}
