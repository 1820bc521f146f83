/** The file that a dump is. */
package io.memflow.os.minidump.file;
