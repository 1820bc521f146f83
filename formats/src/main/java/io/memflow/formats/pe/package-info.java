/**
 * Portable Executable images, in memory and in files (Microsoft, "PE Format"). Addresses that the format counts from the
 * image's first byte are called relative (RVA).
 */
package io.memflow.formats.pe;
