/** Decoders of compressed blocks, as kernels keep pages in memory. */
package io.memflow.formats.compression;
