/** Programs and libraries in the memory of processes: found in their regions and in the loader's own list. */
package io.memflow.formats.elf.process;
