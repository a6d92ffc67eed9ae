/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is done with a message once it is found. */
#ifndef KLOG_HANDLERS_H
#define KLOG_HANDLERS_H

#include "klog/messages.h"

message_handler report_plain; /* a report as it is */
message_handler report_lost, report_ones;
message_handler block_header; /* block.c */
message_handler aer_part;     /* aer.c; event: enum aer_part */
message_handler bond_event;   /* bond.c; event: enum bond_event */
message_handler dump_begin;   /* dump.c */

message_handler learn_identity, learn_version, learn_kernel, learn_hardware, learn_types, learn_pba, learn_pci_id,
	learn_firmware, learn_no_tso, learn_pause_hint, learn_slow, learn_lvmmc, learn_xdp_ring, learn_aspm_option,
	learn_ready, learn_removed, learn_refused, learn_crash, learn_hypervisor;

#endif
