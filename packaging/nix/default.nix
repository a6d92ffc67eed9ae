# SPDX-License-Identifier: GPL-2.0-or-later
# nix-build packaging/nix builds the tree that it stands in.
{ pkgs ? import <nixpkgs> { } }:

let
  # What Makefile says of that name.
  value = name:
    let
      isIt = line: builtins.isString line && builtins.match "${name} *:=.*" line != null;
      line = builtins.head (builtins.filter isIt (builtins.split "\n" (builtins.readFile ../../Makefile)));
    in builtins.head (builtins.match "${name} *:= *(.*)" line);

  libpciaccess = pkgs.libpciaccess or pkgs.xorg.libpciaccess;
  # Loaded by their names when they are needed.
  loaded = with pkgs; [ libarchive libbpf ncurses systemd xz zlib ];
in
pkgs.stdenv.mkDerivation {
  pname = "nicregs";
  version = value "VERSION";
  src = pkgs.lib.cleanSource ../..;

  nativeBuildInputs = with pkgs; [ pkg-config python3 scdoc ncurses ];
  buildInputs = (with pkgs; [ jansson libcap_ng pciutils util-linux ]) ++ [ libpciaccess ] ++ loaded;

  # Its scripts say /bin/sh, and python3 by way of env.
  postPatch = "patchShebangs scripts tests";

  makeFlags = [ "PREFIX=${placeholder "out"}" "SBINDIR=${placeholder "out"}/bin" "WITH_INITRAMFS=none" "V=1" ];
  enableParallelBuilding = true;

  doCheck = true;
  checkPhase = ''
    build/nicregs --demo diagnose || [ $? -eq 2 ]
    NICREGS=$PWD/build/nicregs tests/bad/run > /dev/null
  '';

  # Paths of libraries that are not linked are taken out again before this.
  postFixup = "patchelf --add-rpath ${pkgs.lib.makeLibraryPath loaded} $out/bin/nicregs";

  meta = {
    description = "Say why an Intel network card stopped, and what to do";
    license = pkgs.lib.licenses.gpl2Plus;
    platforms = pkgs.lib.platforms.linux;
    mainProgram = "nicregs";
  } // (if value "HOMEPAGE" == "" then { } else { homepage = value "HOMEPAGE"; });
}
