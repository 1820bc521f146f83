/** Memory maps written by hand: which physical ranges lie where in an image. */
package io.memflow.formats.memorymap;
