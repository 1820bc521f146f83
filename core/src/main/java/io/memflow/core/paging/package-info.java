/** Page-table formats as data: x86, ARM, RISC-V and a 128-bit one, and the address spaces their registers name. */
package io.memflow.core.paging;
