/** Times as Windows writes them in files and in memory. */
package io.memflow.formats.filetime;
