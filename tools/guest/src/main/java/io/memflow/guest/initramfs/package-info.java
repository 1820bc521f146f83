/** Writes the first root file system of a guest. */
package io.memflow.guest.initramfs;
