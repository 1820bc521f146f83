/** Objects of the object manager: the header in front of each, its name and type, and names of files. */
package io.memflow.os.windows.object;
