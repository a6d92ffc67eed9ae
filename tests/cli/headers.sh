#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# scripts/check-headers: offsets, masks, and which part the driver uses a register for. The driver here is made up.
. "${0%/*}/setup"
command -v python3 > /dev/null || { echo "skip headers: no python3"; exit 0; }

igb=$dir/drivers/net/ethernet/intel/igb
mkdir -p "$igb" "$dir/include/uapi/linux"
echo '#define MII_BMCR 0x00' > "$dir/include/uapi/linux/mii.h"
cat > "$igb/e1000_hw.h" <<'C'
enum e1000_mac_type { e1000_undefined = 0, e1000_82575, e1000_82576, e1000_82580, e1000_i350, e1000_i210,
	e1000_num_macs /* List is 1-based */ };
C
for n in SWITCH FALL DEFAULT IF ELSE NOT RANGE EARLY TERNARY CALLED TABLE MACRO GOTO LOOP ANY UNUSED CITED CLEARS; do
	printf '#define E1000_%s 0x%04x\n' "$n" $((at = ${at:-0} + 4))
done > "$igb/e1000_regs.h"
cat > "$igb/e1000_82575.h" <<'C'
#define E1000_ALIAS (E1000_MACRO | 1)
#define E1000_ANY_ONE 0x00000001
#define E1000_ANY_TWO 0x00000002
static inline u32 nothing(struct e1000_hw *hw) { return 0; }
C
cat > "$igb/igb_main.c" <<'C'
static void called(struct e1000_hw *hw);
static const struct pair list[] = { { E1000_TABLE, "E1000_SWITCH" } };
/* rd32(E1000_UNUSED) */
static void called(struct e1000_hw *hw) { wr32(E1000_CALLED, 1); }
static int all(struct e1000_hw *hw)
{
	u32 at = 0;

	switch (hw->mac.type) {
	case e1000_82576:
		at = E1000_SWITCH;
		break;
	case e1000_i350:
		at = 1;
		break;
	case e1000_82580:
		at = 2;
		fallthrough;
	case e1000_i210:
		at = E1000_FALL;
		break;
	default:
		wr32(E1000_DEFAULT, at);
	}
	if (hw->mac.type == e1000_82575 || (hw->mac.type == e1000_82576 && at))
		wr32(E1000_IF, 1);
	else
		rd32(E1000_ELSE);
	if (!(hw->mac.type != e1000_i210))
		called(hw);
	if (hw->mac.type >= e1000_82576 && hw->mac.type < e1000_i350)
		rd32(E1000_RANGE);
	if (hw->mac.type != e1000_i350)
		rd32(E1000_NOT);
	at = (hw->mac.type == e1000_82576) ? E1000_TERNARY : at;
	for (at = 0; at < 2; at++) {
		if (hw->mac.type == e1000_82580)
			continue;
		rd32(E1000_LOOP);
	}
	rd32(E1000_ANY);
	if (at)
		wr32(E1000_ANY, E1000_ANY_ONE);
	if (hw->mac.type == e1000_i210)
		wr32(E1000_ANY, E1000_ANY_TWO);
	if (hw->mac.type == e1000_82575) {
		rd32(E1000_MACRO);
		rd32(E1000_CITED);
		rd32(E1000_CLEARS);
		goto out;
	}
	if (hw->mac.type == e1000_i350)
		return 0;
	rd32(E1000_EARLY);
out:
	rd32(E1000_GOTO);
	return 0;
}
C

chipdef()
{
	echo 'chip I350 "Test"'
	echo 'id 8086:ffee'
	echo 'driver igb'
	echo 'bar 0 0x1000'
	echo 'source linux "Linux, a driver"'
	echo 'source ds "A datasheet"'
	echo 'cite linux:x'
	awk '{ print "reg", substr($2, 7), $3, "32", "rw", "\"Register\"" }' "$igb/e1000_regs.h" |
		sed -e '/CITED/s/$/ @ds:1/' -e '/CLEARS/s/ rw / rc /' -e '/ ANY/s/$/\n    0 ONE "One"\n    1 TWO "Two"/'
}
check()
{
	chipdef | sed -E "${1:-}" > "$dir/chip.def"
	NICREGS_CHIPDEFS=$dir/chip.def scripts/check-headers --nicregs "$NICREGS" "$dir" I350 > "$dir/out" 2>&1
}

check
status=$?
sed -nE 's/^I350: disagrees: ([A-Z]+): the driver uses E1000_[A-Z]+ for .* alone$/\1/p' "$dir/out" | sort > "$dir/found"
printf '%s\n' CALLED DEFAULT EARLY FALL IF NOT RANGE SWITCH TERNARY | sort > "$dir/expected"
verdict "registers of other MAC types, and no others" "$([ $status -eq 1 ] && diff "$dir/expected" "$dir/found" > "$dir/diff"
	echo $?)" "status $status: $(cat "$dir/diff" "$dir/out")"
verdict "the types are named" "$(grep -q 'uses E1000_RANGE for e1000_82576, e1000_82580 alone' "$dir/out"; echo $?)" \
	"$(cat "$dir/out")"
verdict "fields of other types are listed" "$(grep -qx 'I350: of other MAC types: ANY.TWO' "$dir/out"; echo $?)" "$(cat "$dir/out")"

others=$(tr '\n' '|' < "$dir/expected")
check "/^reg (${others%|}) /s/ rw / wo /"
verdict "one that is never read agrees" "$([ $? -eq 0 ] && grep -q ' 0 disagree' "$dir/out"; echo $?)" "$(cat "$dir/out")"

dpdk=$dir/dpdk/drivers/net/intel/e1000/base
mkdir -p "$dpdk"
sed -e '/ALIAS\|ANY_TWO\|nothing/d' "$igb/e1000_regs.h" "$igb/e1000_82575.h" > "$dpdk/e1000_regs.h"
against_dpdk()
{
	NICREGS_CHIPDEFS=$dir/chip.def scripts/check-headers --nicregs "$NICREGS" --dpdk "$1" I350 > "$dir/out" 2>&1
}
chipdef > "$dir/chip.def"
against_dpdk "$dir/dpdk"
verdict "DPDK agrees, without conditions" "$([ $? -eq 0 ] && grep -q ' 1 fields compared, 0 disagree' "$dir/out"; echo $?)" "$(cat "$dir/out")"
chipdef | sed -E 's/^(reg LOOP) 0x[0-9a-f]*/\1 0x0800/; s/1 TWO/2 ONE_MORE/; s/0 ONE "/3 ONE "/' > "$dir/chip.def"
against_dpdk "$dir/dpdk"
verdict "DPDK disagrees" "$([ $? -eq 1 ] && grep -q 'LOOP.*: 0x800, E1000_LOOP is' "$dir/out" && grep -q 'ANY.ONE: 3:3' "$dir/out"; echo $?)" "$(cat "$dir/out")"
against_dpdk "$dir"
verdict "a tree that is not DPDK's" "$([ $? -eq 2 ] && grep -q 'holds no drivers/net/intel/e1000/base/e1000_regs.h' "$dir/out"; echo $?)" "$(cat "$dir/out")"

rm "$igb/igb_main.c"
check
verdict "without C files only headers count" "$([ $? -eq 0 ]; echo $?)" "$(cat "$dir/out")"
check 's/^reg LOOP 0x[0-9a-f]*/reg LOOP 0x0800/'
verdict "a wrong offset disagrees" "$([ $? -eq 1 ] && grep -q 'LOOP.*: 0x800, E1000_LOOP is' "$dir/out"; echo $?)" "$(cat "$dir/out")"

# ice: names without a prefix, or with a generation's; masks of M and S; one row of an array of two dimensions.
ice=$dir/drivers/net/ethernet/intel/ice
mkdir -p "$ice"
cat > "$ice/ice_hw_autogen.h" << 'C'
#define E800_SAME 0x0100
#define E830_SAME 0x0200
#define SAME_VALID_M BIT(31)
#define E800_SAME_COUNT_M GENMASK(14, 0)
#define E830_SAME_COUNT_M GENMASK(15, 0)
#define SAME_QNUM_S 16
#define SAME_QNUM_M ICE_M(0x7f, 16)
#define QRX_CONTEXT(_i, _QRX) (0x1000 + ((_i) * 8192 + (_QRX) * 4))
C
ice_check() # CHIP OFFSET COUNT: a definition of that part with this offset and field
{
	printf '%s\n' "chip $1 \"Test\"" 'id 8086:ffee' 'driver ice' 'bar 0 0x4000' 'source linux "Linux"' 'cite linux:x' \
		"reg SAME $2 32 rw \"Same\"" '    31 VALID "Valid"' '    22:16 QNUM "Queue"' "    $3 COUNT \"Count\"" \
		'reg QRX_CONTEXT_0[0..3] 0x1000+0x4 32 ro "Row 0" aka QRX_CONTEXT' > "$dir/chip.def"
	NICREGS_CHIPDEFS=$dir/chip.def scripts/check-headers --nicregs "$NICREGS" "$dir" "$1" > "$dir/out" 2>&1
}
ice_check E830 0x200 15:0
verdict "ice: a generation's names" "$([ $? -eq 0 ] && grep -q '^E830: 2 registers and 3 fields compared, 0 disagree' "$dir/out"; echo $?)" \
	"$(cat "$dir/out")"
ice_check E810 0x200 15:0
verdict "ice: another generation's disagree" "$([ $? -eq 1 ] && grep -q 'SAME.*0x200, E800_SAME is 0x100' "$dir/out" &&
	grep -q 'SAME.COUNT: 15:0, E800_SAME_COUNT_M is 0x7fff' "$dir/out"; echo $?)" "$(cat "$dir/out")"

exit $failed
