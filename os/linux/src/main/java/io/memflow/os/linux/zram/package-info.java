/** Pages on compressed disks in memory (drivers/block/zram), and the allocator that keeps them (mm/zsmalloc.c). */
package io.memflow.os.linux.zram;
