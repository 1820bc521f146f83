#!/bin/sh
# Builds sample{64,32,arm64}.dll and .pdb from sample.c with clang, lld and llvm-rc 14; no header or library of others is
# used. Run in this folder; pdb/ takes the symbol files.
set -eu
work=$(mktemp -d)
printf 'LIBRARY other.dll\nEXPORTS\nother_function\nother_data DATA\nnumbered @77 NONAME\n' > "$work/other.def"
printf 'LIBRARY late.dll\nEXPORTS\nlate_function\n' > "$work/late.def"
llvm-rc-14 /FO "$work/sample.res" sample.rc
for name in 64 32 arm64; do
  case $name in
    64) target=x86_64 tool=i386:x86-64 machine=x64 ;;
    32) target=i686 tool=i386 machine=x86 ;;
    arm64) target=aarch64 tool=arm64 machine=arm64 ;;
  esac
  cp sample.c "$work/sample.c"
  (cd "$work"
   clang-14 --target=$target-pc-windows-msvc -O1 -g -gcodeview -fdebug-compilation-dir=. -fcoverage-compilation-dir=. -fno-builtin -fms-extensions -Wno-everything -c sample.c -o sample.o
   for library in other late; do llvm-dlltool-14 -m $tool -d $library.def -l $library.lib; done
   lld-link-14 /nologo /dll /debug /machine:$machine /nodefaultlib /entry:entry /timestamp:1700000000 sample.o sample.res other.lib late.lib \
     /delayload:late.dll /out:sample$name.dll /pdb:sample$name.pdb /pdbaltpath:sample$name.pdb /pdbsourcepath:c:\\\\sample \
     /export:sample_by_number,@50,NONAME /export:sample_forward=other.other_function /export:sample_alias=sample_function)
  cp "$work/sample$name.dll" .
  cp "$work/sample$name.pdb" ../pdb/
done
rm -r "$work"
