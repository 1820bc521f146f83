/** BTF, the type information a Linux kernel carries of itself (kernel documentation, {@code bpf/btf.rst}). */
package io.memflow.formats.btf;
