/** ELF files: cores, as a hypervisor or crash kernel writes them. */
package io.memflow.formats.elf;
