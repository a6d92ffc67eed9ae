#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# `ethtool -d` of the drivers that ethtool has no words for, raw and in hexadecimal: each word is the register that the driver read.
. "${0%/*}/setup"
command -v python3 > /dev/null || { echo "skip dumps: no python3"; exit 0; }

python3 - "$dir" << 'PY'
import struct, sys

def dump(name, n, **words):
    values = [0] * n
    for index, value in words.items():
        values[int(index[1:])] = value
    raw = struct.pack("<%dI" % n, *values)
    open(f"{sys.argv[1]}/{name}.raw", "wb").write(raw)
    with open(f"{sys.argv[1]}/{name}.hex", "w") as out:
        out.write("Offset\t\tValues\n------\t\t------\n")
        for at in range(0, len(raw), 16):
            out.write("0x%04x:\t\t%s \n" % (at, " ".join("%02x" % byte for byte in raw[at:at + 16])))

dump("ice", 251, w0=4, w1=3, w2=5, w3=0x40000007, w5=0x3c390000, w9=0x123, w40=0x321, w46=0x80000001, w62=9, w142=8, w143=7)
dump("ice-6.1", 7, w0=4, w1=1, w2=1)
dump("ice-odd", 8, w0=4)
# An E610's is as long as those before it; NVM and management are where the X553 has them.
dump("ixgbe", 1145, w0=0x4, w1=0x80000, w8=0x321, w17=3, w35=0x1234, w52=0xff, w245=7, w309=9, w469=0x2000000)
dump("ixgbe-long", 1146, w0=4)
dump("i40e", 13, w0=6, w3=0x3e8, w10=0x40000003, w12=0x7f1f0000)
PY

# says NAME PATTERN FILE CHIP [ARGUMENT...]: what is shown of it
says()
{
	what=$1 pattern=$2 file=$dir/$3 chip=$4
	shift 4
	"$NICREGS" show --from "$file" --chip "$chip" "$@" > "$dir/out" 2>&1
	verdict "$what" "$(tr -s ' \n' ' ' < "$dir/out" | grep -qE "$pattern"; echo $?)" "$(cat "$dir/out")"
}
for form in raw hex; do
	says "ice, $form: all registers, and what is none" '108 words of the dump are numbers .* Registers read by ethtool, 143 of 143' "ice.$form" E810
	says "ice, $form: the first" 'PRTGEN_STATUS .*00000003' "ice.$form" E810 --reg PRTGEN_STATUS
	says "ice, $form: a queue" 'QINT_TQCTL\[0\] .*40000007.*MSIX_INDX 7' "ice.$form" E810 --reg 'QINT_TQCTL*' --all
	says "ice, $form: the last of an array" 'TCDCB_TLPM_WAIT_DM\[31\] .*00000321' "ice.$form" E830 --reg 'TCDCB_TLPM_WAIT_DM[31]'
	says "ice, $form: in the middle" 'GLPSM0_DEBUG_FIFO_OVERFLOW_DETECT .*80000001' "ice.$form" E823 --reg 'GLPSM0*OVERFLOW*'
	says "ice, $form: the last register" 'PRTDCB_TLPM_REG_DM\[3\] .*00000008' "ice.$form" E825 --reg 'PRTDCB_TLPM*'
	says "i40e, $form" 'Registers read by ethtool, 13 of 13' "i40e.$form" X710
	says "i40e, $form: a queue" 'QINT_TQCTL\[0\] .*40000003.*MSIX_INDX 3' "i40e.$form" XXV710 --reg 'QINT_TQCTL*' --all
done
for chip in E610 X550; do
	says "ixgbe of an $chip" '(Registers read by ethtool|1,?145 words)' ixgbe.raw $chip
	says "ixgbe of an $chip: a queue" 'RDT\[0\] .*00000009' ixgbe.raw $chip --reg 'RDT[0]' --all
	says "ixgbe of an $chip: flow control" 'FCRTL\[0\] .*00001234' ixgbe.raw $chip --reg 'FCRTL[0]' --all
	says "ixgbe of an $chip: the partner's pause" 'TFCS .*000000ff' ixgbe.raw $chip --reg TFCS --all
done
says "ixgbe of an E610: NVM control" '0x15ff8 .*00000321' ixgbe.raw E610 --reg EEC --all
says "ixgbe of an X550: NVM control" '0x10010 .*00000321' ixgbe.raw X550 --reg EEC --all
says "ixgbe of an E610: not a word more" 'a register dump of the ixgbe driver has 4580' ixgbe-long.raw E610
says "ice before Linux 6.12" 'E810 ice Unusual PRTGEN_STATUS.PORT_ACTIVE .* Registers read by ethtool, 7 of 7' ice-6.1.raw E810
says "no length of the driver's" '32 bytes, but a register dump of the ice driver has 1004' ice-odd.raw E810
says "another driver's" 'a register dump of the igb driver has' ice.hex I350
# What stands before the dump says whose it is.
{ printf 'driver: e1000e\nbus-info: 0000:02:00.0\n'; cat "$dir/ice.hex"; } > "$dir/named.hex"
says "of a driver that the text names" 'named.hex: a dump of the driver e1000e, but E810 is a chip of ice' named.hex E810
{ printf 'driver: ice\nbus-info: 0000:02:00.0\n'; cat "$dir/ice.hex"; } > "$dir/named.hex"
says "of the same driver" 'Registers read by ethtool, 143 of 143' named.hex E810
exit $failed
