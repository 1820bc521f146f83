/** What Linux says an open file is. */
package io.memflow.formats.openfile;
