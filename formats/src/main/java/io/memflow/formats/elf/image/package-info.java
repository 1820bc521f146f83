/** ELF images as a loader put them into memory: what they import and export, their sections, and who made them. */
package io.memflow.formats.elf.image;
