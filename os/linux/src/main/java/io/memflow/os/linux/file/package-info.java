/** Open files and their paths. */
package io.memflow.os.linux.file;
