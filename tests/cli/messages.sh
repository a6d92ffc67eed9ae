#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every message of the list becomes what the list says; scripts/check-messages finds what is missing in it, and what is not so.
. "${0%/*}/setup"
command -v python3 > /dev/null || { echo "skip messages: no python3"; exit 0; }

check=$PWD/scripts/check-messages

"$check" --nicregs "$NICREGS" > "$dir/out" 2>&1 && grep -q 'all agree' "$dir/out"
verdict "every message of the list becomes what the list says" $? "$(head -n 5 "$dir/out")"

# A source tree that is made up: a message that is listed, one that is not, one that is left out by its level.
igb=$dir/tree/drivers/net/ethernet/intel/igb
mkdir -p "$igb"
cat > "$igb/igb_main.c" <<'C'
static void f(void)
{
	dev_err(&pdev->dev, "PCIe link lost\n");
	dev_err(&pdev->dev,
		"A message of "
		"%d words\n", 3);
	dev_dbg(&pdev->dev, "not an error\n");
	/* dev_err(&pdev->dev, "in a comment\n"); */
}
C
"$check" --nicregs true "$dir/tree" > "$dir/out" 2>&1
[ $? -eq 1 ] && [ "$(grep -c 'not listed' "$dir/out")" -eq 1 ] && grep -q 'not listed: A message of %d words' "$dir/out"
verdict "a message of the tree that is not listed is an error" $? "$(head -n 5 "$dir/out")"

"$check" --new "$dir/tree" > "$dir/out" 2>&1
grep -q "^igb	igb_main.c	device	A message of %d words	?	-$" "$dir/out"
verdict "--new prints it as a line of the list" $? "$(head -n 5 "$dir/out")"

"$check" --nicregs true > "$dir/out" 2>&1
[ $? -eq 1 ] && grep -q 'igb.tsv:.*but nicregs log failed' "$dir/out"
verdict "a nicregs that says nothing does not pass" $? "$(head -n 5 "$dir/out")"

cat > "$dir/mute" <<'SH'
#!/bin/sh
echo '{"devices": []}'
SH
chmod +x "$dir/mute"
"$check" --nicregs "$dir/mute" > "$dir/out" 2>&1
[ $? -eq 1 ] && grep -q 'listed as pcie-lost: PCIe link lost, dead, but it becomes nothing' "$dir/out" &&
	! grep -q 'listed as not needed' "$dir/out"
verdict "a message that becomes nothing is an error where the list says otherwise" $? "$(head -n 5 "$dir/out")"

"$check" "$dir" > "$dir/out" 2>&1
[ $? -eq 2 ] && grep -q 'give a kernel source tree' "$dir/out"
verdict "a folder that is no source tree is refused" $? "$(head -n 5 "$dir/out")"

exit $failed
