#!/bin/bash -eu
# SPDX-License-Identifier: GPL-2.0-or-later
# What OSS-Fuzz runs in its container, and whoever has CC, CFLAGS, LIB_FUZZING_ENGINE, SRC, WORK and OUT of his own: each target, with
# its dictionary and its seeds, in $OUT. The runner has no libraries: they are linked in (scripts/static-libraries).
cd "$SRC/nicregs"
libraries=$WORK/static-libraries
scripts/static-libraries "$(uname -m)" "$libraries"
root=$libraries/root/usr triplet=$(uname -m)-linux-gnu
export PKG_CONFIG_LIBDIR=$libraries/pc
make -j"$(nproc)" fuzzers BUILD="$WORK/build" SYSTEMD=0 LOADED= FUZZ_CC="$CC" FUZZ_FLAGS="$CFLAGS" FUZZ_ENGINE="$LIB_FUZZING_ENGINE" \
	CPPFLAGS="-DNICREGS_STATIC -isystem $root/include -isystem $root/include/$triplet" LDFLAGS="-L$root/lib/$triplet"
for target in "$WORK"/build/fuzz/fuzz_*; do
	case $target in
	*.*) continue ;;
	esac
	name=${target##*/}
	if readelf -d "$target" | grep NEEDED | grep -v -e '\[lib\(c\|m\|dl\|rt\|pthread\|gcc_s\|stdc++\|resolv\)\.so' -e '\[ld-linux'; then
		echo "$name: these libraries are not linked in" >&2
		exit 1
	fi
	cp "$target" "$OUT/"
	tests/fuzz/dictionary "${name#fuzz_}" > "$OUT/$name.dict"
	(cd "tests/fuzz/seeds/${name#fuzz_}" && zip -q -r - .) > "$OUT/${name}_seed_corpus.zip"
	printf '[libfuzzer]\nmax_len = 65536\nrss_limit_mb = 1024\ntimeout = 10\n' > "$OUT/$name.options"
done
