/** Regions of a process: VMAs as maple tree or list, and their names. */
package io.memflow.os.linux.region;
