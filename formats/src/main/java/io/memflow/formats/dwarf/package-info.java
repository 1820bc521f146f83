/** Types and symbols from ELF files with debug information in DWARF, versions 2 to 5. */
package io.memflow.formats.dwarf;
