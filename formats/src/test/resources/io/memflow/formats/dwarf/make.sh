#!/bin/sh
# Makes the objects anew, with gcc 12 and binutils 2.40. Nothing of the build calls this.
set -e
export SOURCE_DATE_EPOCH=0
for version in 2 4 5; do
    gcc -fdebug-prefix-map=$PWD=. -g -gdwarf-$version -gstrict-dwarf -O0 -c -o dwarf$version.o sample.c
done
gcc -fdebug-prefix-map=$PWD=. -g -gdwarf-5 -gdwarf64 -O0 -c -o wide5.o sample.c
gcc -fdebug-prefix-map=$PWD=. -g -gdwarf-4 -gdwarf64 -O0 -c -o wide4.o sample.c
gcc -fdebug-prefix-map=$PWD=. -m32 -g -gdwarf-4 -O0 -fno-pic -c -o narrow4.o sample.c
gcc -fdebug-prefix-map=$PWD=. -m32 -g -gdwarf-5 -O0 -fno-pic -c -o narrow5.o sample.c
gcc -fdebug-prefix-map=$PWD=. -g -gdwarf-5 -O0 -static -nostdlib -fno-pic -fcf-protection=none -fno-asynchronous-unwind-tables -Wl,--build-id=0x0123456789abcdef0123456789abcdef01234567,-z,noseparate-code,-z,max-page-size=4096 -o linked5.elf sample.c
objcopy --compress-debug-sections=zlib dwarf5.o zlib5.o
objcopy --compress-debug-sections=zstd dwarf5.o zstd5.o
as -o indexed5.o indexed5.s
