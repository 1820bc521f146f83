/** Unaligned little-endian access, shared by the parsers. */
package io.memflow.formats.endian;
