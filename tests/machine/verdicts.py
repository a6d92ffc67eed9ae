# SPDX-License-Identifier: GPL-2.0-or-later
"""What `diagnose` says of machines, healthy and broken. Part of `run`."""
import json
import re
import threading
import time

LOOKS = ("--count", "3", "--interval", "0.6")
QUICK = ("--count", "2", "--interval", "0.1")
BAD = 2
NICS = {"82574L": ["0000:02:00.0"], "I350": ["0000:03:00.0", "0000:03:00.1"],
        "X722": [f"0000:60:00.{n}" for n in range(4)], "82579LM": ["0000:00:19.0"]}


def machine(r, name, change=None):
    """With all transmit queues empty, which some of the machines' are not."""
    m = r.read_machine(name)
    for address in NICS[name]:
        function = m.functions[address]
        if name == "82574L":
            function.registers += [(0, 0x3810, 1), (0, 0x3818, 1)]
        elif name == "I350":
            function.registers += [(0, base + 0x40 * n, 0x40) for n in range(8) for base in (0xE010, 0xE018)]
        elif name == "X722":
            function.registers += [(0, 0xE40B0, 0x10), (0, 0x1080B0, 0x10)]
        if change:
            change(function)
    return m


def diagnose(r, m, *device, status=0, looks=LOOKS):
    with r.Tree(m) as t:
        return t.devices("diagnose", *looks, *device, status=status)


def worst(device):
    return [f["id"] for f in device["findings"] if f["severity"] != "note"]


def finding(r, device, name):
    found = [f for f in device["findings"] if f["id"] == name]
    r.check(found, f"no {name} in {[f['id'] for f in device['findings']]}")
    return found[0]


def reg(offset, value):
    return lambda function: function.registers.append((0, offset, value))


def healthy(r, name, change=None):
    """Nothing above a note, on any of them."""
    for device in diagnose(r, machine(r, name, change), looks=QUICK):
        r.check(not worst(device), f"{device['netdev']}: {worst(device)}")
        r.check(device["verdict"] in ("idle", "link-down"), f"{device['netdev']}: {device['verdict']}")


def healthy_machines_are_silent(r):
    for name in ("82574L", "I350", "X722"):
        healthy(r, name)


def a_baby_jumbo_frame_is_no_fault(r):
    def mtu(function):
        for netdev in function.netdevs:
            netdev.attributes["mtu"] = "1504\n"
        function.registers.append((0, 0x100, 0x04048022))
    healthy(r, "82574L", mtu)


def buffers_are_those_of_the_queue(r):
    def three_kilobytes(function):
        function.registers += [(0, 0xC00C + 0x40 * n, 0x02000403) for n in range(8)]
    healthy(r, "I350", three_kilobytes)


def a_management_controller_answers_for_itself(r):
    healthy(r, "I350", reg(0x5B54, 0x8004))
    healthy(r, "82574L", lambda f: f.registers.extend([(0, 0x5B54, 0x8004), (0, 0x5820, 0x20000)]))


def a_misbehaving_neighbour_stops_nobody_else(r):
    devices = diagnose(r, machine(r, "X722", reg(0x0E6480, 1 << 31 | 1 << 21 | 77)), status=BAD, looks=QUICK)
    r.check([d["verdict"] for d in devices] == ["idle", "stalled", "link-down", "link-down"],
            str([d["verdict"] for d in devices]))
    r.check(finding(r, devices[0], "mdd")["severity"] == "note" and not worst(devices[0]), str(worst(devices[0])))
    r.check("queue 77" in finding(r, devices[1], "mdd")["evidence"][0], str(devices[1]["findings"]))


def queues_that_wait_for_a_link_are_not_hung(r):
    """The MAC says that it has a link, on all four; Linux has a carrier on two."""
    with r.Tree(r.read_machine("X722")) as t:
        devices = t.devices("diagnose", *LOOKS, status=BAD)
        r.check([d["verdict"] for d in devices] == ["hung", "hung", "link-down", "link-down"],
                str([d["verdict"] for d in devices]))
        evidence = " ".join(finding(r, devices[2], "link-down")["evidence"])
        r.check("carrier = no" in evidence and "the MAC has a link" in evidence, evidence)
        r.check("the MAC has a link" not in json.dumps(devices[0]), str(devices[0]["findings"]))


def pause_advice_is_not_of_this_part(r):
    def hangs_and_pauses(function):
        function.registers += [(0, 0x3810, 4), (0, 0x3818, 9), (0, 0, 0x58100240)]
    device = diagnose(r, machine(r, "82579LM", hangs_and_pauses), status=BAD)[0]
    r.check(device["verdict"] == "hung", device["verdict"])
    r.check("tx-pause" not in [f["id"] for f in device["findings"]], "it has the advice")


def counted(m, inflight, limit="3028", interrupts="5,0,9", vector="44"):
    """The 82574L's queue and its one vector, as the kernel counts them."""
    function = m.functions["0000:02:00.0"]
    function.attributes[f"msi_irqs/{vector}"] = "msi\n"
    function.netdevs[0].attributes.update({
        "queues/tx-0/byte_queue_limits/inflight": f"{inflight}\n",
        "queues/tx-0/byte_queue_limits/limit": f"{limit}\n",
        "queues/tx-0/tx_timeout": "0\n"})
    m.files[f"kernel/irq/{vector}/per_cpu_count"] = f"{interrupts}\n"
    m.files[f"kernel/irq/{vector}/actions"] = "ens4\n"
    return m


def nobody_cleans_up(r):
    """Head is tail, the log is silent, and the port is dead."""
    device = diagnose(r, counted(machine(r, "82574L"), 588), "ens4", status=BAD)[0]
    r.check((device["verdict"], device["confidence"]) == ("stalled", "likely"), str(device["reason"]))
    evidence = " ".join(finding(r, device, "not-cleaned")["evidence"])
    r.check("tx-0: 588 bytes in flight" in evidence and "no interrupt" in evidence, evidence)


def all_is_cleaned_up(r):
    device = diagnose(r, counted(machine(r, "82574L"), 0), "ens4")[0]
    r.check((device["verdict"], device["confidence"]) == ("idle", "certain") and not worst(device), str(device))


def a_driver_that_does_not_count_proves_nothing(r):
    device = diagnose(r, counted(machine(r, "82574L"), 0, limit=0), "ens4")[0]
    r.check((device["verdict"], device["confidence"]) == ("idle", "likely"), str(device["reason"]))


class Interrupts(threading.Thread):
    """They come, as on a port that works."""

    def __init__(self, t, vector="44"):
        super().__init__()
        self.path, self.stop = f"{t.path}/kernel/irq/{vector}/per_cpu_count", False

    def run(self):
        for n in range(10, 10**6):
            with open(self.path, "r+", encoding="ascii") as f:
                f.write(f"{n:09d},0,9\n")
            time.sleep(0.02)
            if self.stop:
                break


def bytes_left_over_while_interrupts_come(r):
    """A driver's account may be off; the queue goes on."""
    with r.Tree(counted(machine(r, "82574L"), 90, interrupts="000000009,0,9")) as t:
        interrupts = Interrupts(t)
        interrupts.start()
        try:
            device = t.devices("diagnose", *LOOKS, "ens4")[0]
        finally:
            interrupts.stop = True
            interrupts.join()
    r.check((device["verdict"], device["confidence"]) == ("idle", "possible") and not worst(device), str(device))


def counts_are_saved(r):
    with r.Tree(counted(machine(r, "82574L"), 588)) as t:
        t.run("snapshot", "-o", f"{t.path}/one.json", "ens4")
        with open(f"{t.path}/one.json", encoding="utf-8") as f:
            saved = json.load(f)
        live = t.devices("show", "ens4")[0]
    r.check(saved["queues"] == [{"queue": 0, "inflight": 588, "limit": 3028, "timeouts": 0}], str(saved["queues"]))
    r.check(saved["vectors"] == [{"irq": 44, "count": 14}], str(saved["vectors"]))
    r.check(live["queues"] == saved["queues"] and live["vectors"] == saved["vectors"], str(live["queues"]))


def a_count_that_was_cut_off_is_none(r):
    with r.Tree(counted(machine(r, "82574L"), 588, interrupts=",".join(["1234567890"] * 500))) as t:
        r.check("vectors" not in t.devices("show", "ens4")[0], "a page of numbers was taken for all of them")


def a_head_is_a_field(r):
    """Above QTX_HEAD.HEAD stands another bit."""
    def waiting(function):
        function.registers += [(0, 0xE4000, 0x10005), (0, 0x108000, 9)]
    with r.Tree(machine(r, "X722", waiting)) as t:
        text = t.run("show", "-v", NICS["X722"][0])[0]
    r.check(re.search(r"(?m)^ +0 +5 +9 +4 ", text) and "65541" not in text, text)


def asleep_without_power(r):
    def cold(function):
        function.attributes.update({"power_state": "D3cold\n", "power/runtime_status": "suspended\n"})
    with r.Tree(machine(r, "82574L", cold)) as t:
        text = t.run("show", "-v", "ens4", status=3)[0]
        t.run("snapshot", "-o", f"{t.path}/one.json", "ens4", status=3)
        again = t.run("show", "-v", "--from", f"{t.path}/one.json")[0]
    for shown in (text, again):
        r.check("asleep without power (D3cold)" in " ".join(shown.split()), shown)


CASES = (
    healthy_machines_are_silent, a_baby_jumbo_frame_is_no_fault, buffers_are_those_of_the_queue,
    a_management_controller_answers_for_itself, a_misbehaving_neighbour_stops_nobody_else,
    queues_that_wait_for_a_link_are_not_hung,
    pause_advice_is_not_of_this_part, nobody_cleans_up, all_is_cleaned_up,
    a_driver_that_does_not_count_proves_nothing, bytes_left_over_while_interrupts_come, counts_are_saved,
    a_count_that_was_cut_off_is_none, a_head_is_a_field, asleep_without_power,
)
