# SPDX-License-Identifier: GPL-2.0-or-later
# nix-build packaging/nix builds the tree that it stands in.
{ pkgs ? import <nixpkgs> { } }:

pkgs.stdenv.mkDerivation {
  pname = "nicregs";
  version = "1.0.0-rc1";
  src = pkgs.lib.cleanSource ../..;

  nativeBuildInputs = with pkgs; [ pkg-config scdoc ncurses ];
  buildInputs = with pkgs; [ jansson libarchive libbpf libcap_ng libpciaccess ncurses pciutils systemd util-linux ];

  # Its scripts say /bin/sh and python3 by way of env.
  postPatch = "patchShebangs scripts tests";
  # Loaded by their names: libarchive when something packed is read, ncurses by the monitor.
  NIX_LDFLAGS = "-rpath ${pkgs.lib.makeLibraryPath [ pkgs.libarchive pkgs.ncurses ]}";

  makeFlags = [ "PREFIX=${placeholder "out"}" "WITH_INITRAMFS=none" "V=1" ];
  enableParallelBuilding = true;

  doCheck = true;
  checkPhase = ''
    build/nicregs --demo diagnose || [ $? -eq 2 ]
    NICREGS=$PWD/build/nicregs tests/bad/run > /dev/null
  '';

  meta = {
    description = "Say why an Intel network card stopped, and what to do";
    license = pkgs.lib.licenses.gpl2Plus;
    platforms = pkgs.lib.platforms.linux;
    mainProgram = "nicregs";
  };
}
