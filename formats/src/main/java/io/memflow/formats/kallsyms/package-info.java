/** The symbol table that a Linux kernel carries of itself, in every layout since 4.18. */
package io.memflow.formats.kallsyms;
